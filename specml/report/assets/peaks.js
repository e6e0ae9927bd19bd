"use strict";
// Which bands of a curve are labelled and where (as specml/plots/spectrum.py does it for paper),
// which line a point of the curve belongs to, and numbers as an axis has them.

/** Indices of the maxima within [first, last] worth a label, ascending: the most prominent ones. */
function labelledPeaks(y, first, last, { share = 0.02, most = 24 } = {}) {
  const found = [];
  let top = 0;
  for (let i = first; i <= last; i++) top = Math.max(top, y[i]);
  for (let i = Math.max(first, 1); i <= Math.min(last, y.length - 2); i++) {
    if (!(y[i] > y[i - 1] && y[i] >= y[i + 1])) continue;
    const prominence = y[i] - Math.max(saddle(y, i, -1, first), saddle(y, i, 1, last));
    if (prominence > share * top) found.push({ i, prominence });
  }
  found.sort((a, b) => b.prominence - a.prominence);
  return found.slice(0, most).map((peak) => peak.i).sort((a, b) => a - b);
}

/** The lowest value on the way from a maximum to higher ground or to the end. */
function saddle(y, from, step, end) {
  let lowest = y[from];
  for (let i = from; i !== end + step && y[i] <= y[from]; i += step) {
    lowest = Math.min(lowest, y[i]);
  }
  return lowest;
}

/** Places at least gap apart within [low, high], least squares from the wanted ones (ascending). */
function spread(wanted, gap, low, high) {
  const pools = [];
  wanted.forEach((value, i) => {
    pools.push([value - gap * i, 1]);
    while (pools.length > 1 && pools.at(-2)[0] > pools.at(-1)[0]) {
      const [b, m] = pools.pop();
      const [a, n] = pools.pop();
      pools.push([(a * n + b * m) / (n + m), n + m]);
    }
  });
  const last = Math.max(low, high - gap * (wanted.length - 1));
  const places = pools.flatMap(([value, count]) => Array(count).fill(value));
  return places.map((value, i) => Math.min(Math.max(value, low), last) + gap * i);
}

/** The line that makes most of the curve at x, or null where no line is within `reach`. */
function lineOfCurve(lines, x, fwhm, reach) {
  const half = fwhm / 2;
  return best(lines, x, reach, (line) => line.height / ((x - line.x) ** 2 + half ** 2));
}

/** The line next to x, or null where none is within `reach`. */
function lineNextTo(lines, x, reach) {
  return best(lines, x, reach, (line) => -Math.abs(x - line.x));
}

function best(lines, x, reach, score) {
  const near = lines.filter((line) => Math.abs(x - line.x) <= reach);
  return near.reduce((a, b) => (a === null || score(b) > score(a) ? b : a), null);
}

/** Round values 0, s, 2s, ... up to `top`, about `count` of them. */
function ticks(top, count) {
  const power = 10 ** Math.floor(Math.log10(top / count));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= top / count);
  const length = Math.floor(top / step + 1e-9) + 1;
  return Array.from({ length }, (_, k) => +(k * step).toPrecision(6));
}

/** 1 for values one would write out, else a power of ten to divide by: cross-sections are 1e-32. */
function powerOfTen(top) {
  const exponent = Math.floor(Math.log10(top));
  return top > 0 && (exponent < -3 || exponent > 5) ? 10 ** exponent : 1;
}

/** At most four digits: 1234, 12.3, 0.05, 1.2e-31. */
function plain(value) {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2);
  return String(+value.toPrecision(4));
}
