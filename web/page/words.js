// All texts of "Inside the network", as texts.js has all others of the page.

/** 0.8342 as "0.834", with a real minus; what is very large or small by its power of ten. */
export function number(value, digits = 3) {
  const size = Math.abs(value);
  const text = size >= 1e5 || (size > 0 && size < 0.5 * 10 ** -digits) ? size.toExponential(1)
      .replace(/e\+?(-?)(\d+)/, (_, sign, power) => ` · 10${[...(sign + power)].map((c) => SUPERSCRIPTS[c]).join('')}`) :
      size.toFixed(digits);
  return (value < 0 && Number(text) !== 0 ? '−' : '') + text;
}

/** A number in a cell, as short as can be. */
export const short = (value) => value.toFixed(2).replace(/^-(0\.00)$/, '$1').replace('-', '−');

const SUPERSCRIPTS = {'-': '⁻', 0: '⁰', 1: '¹', 2: '²', 3: '³', 4: '⁴', 5: '⁵', 6: '⁶', 7: '⁷', 8: '⁸', 9: '⁹'};

/** 0.98765 as "98.8 %". */
export const percent = (share) => `${(share * 100).toFixed(1)} %`;

/** @typedef {import('./layers.js').Stage} Stage */

/** A layer's name in plain words. @param {Stage} stage */
export function nameOf({kind, number: count, operation}) {
  return {
    input: 'Input',
    convolution: `Convolution ${count}`,
    pooling: 'Max pooling',
    flatten: 'All values in a row',
    scores: 'Scores',
    softmax: 'Shares',
    probabilities: 'Probabilities',
    linear: 'Linear layer',
    other: operation,
  }[kind];
}

/** How large a layer is. @param {Stage} stage */
export function sizeOf({kind, maps, rows, columns}) {
  if (rows * columns === 1) return `${maps} values`;
  return kind === 'input' ? `${rows}×${columns}` : `${maps} maps of ${rows}×${columns}`;
}

/** What a layer does. @param {Stage} stage */
export function whatIs({kind, number: count, before, maps, layer}) {
  switch (kind) {
    case 'input':
      return 'The ink, scaled to fit 20×20 and centred: 0 is paper, 1 is ink. The network sees nothing else.';
    case 'convolution':
      return count === 1 ?
          'Each map looks for one small pattern, such as an edge, at every place of the picture.' :
          `Each map weighs small windows of all ${before.maps} maps before it: larger parts of the digit.`;
    case 'pooling': {
      const [rows, columns] = layer.attributes.kernel_shape ?? [2, 2];
      return `Of each ${rows}×${columns} values the largest: what was found stays, where exactly is forgotten.`;
    }
    case 'flatten':
      return `The ${maps} values, one after the other.`;
    case 'scores':
      return `For each class a weighted sum of the ${before.maps} values (logits). ` +
          'Above 0 speaks for it, below 0 against.';
    case 'softmax':
      return 'e to the power of each score, divided by the sum of all: they add up to 1 (softmax).';
    case 'probabilities':
      return 'The answer. What “no digit” had is spread evenly over the others.';
    default:
      return '';
  }
}

/** A value's place. @param {Stage} stage @param {{map: number, row: number, column: number}} place from 0 */
export function placeName({kind, rows, columns}, {map, row, column}, labels) {
  const within = `row ${row + 1}, column ${column + 1}`;
  if (labels) return labels[map];
  if (rows * columns === 1) return `value ${map + 1}`;
  return kind === 'input' ? within : `map ${map + 1}, ${within}`;
}

export const words = {
  intro: 'Every value that the network computes for the drawing, layer by layer. The darker a value, the ' +
      'stronger. Point at one to read it; choose one to see how it is computed.',
  introDark: 'Every value that the network computes for the drawing, layer by layer. The brighter a value, ' +
      'the stronger. Point at one to read it; choose one to see how it is computed.',
  nothing: 'Draw a digit above, or take one of MNIST’s.',
  random: 'A test digit of MNIST',
  wrong: 'One that it gets wrong',
  matters: 'What matters here?',
  back: 'Back to the drawing',
  loading: 'Loading the digits …',
  noSamples: 'The digits could not be loaded. Check the connection, then try again.',
  noneWrong: 'It reads all of these digits right.',
  /** A digit of MNIST and how it is read. */
  sample: (index, label, answer) => `MNIST’s test digit ${index + 1} is labelled ${label}. ` +
      (answer ? `The network reads ${answer}.` : 'The network sees nothing in it.'),
  /** An answer and how sure it is. */
  answer: (label, confidence, accepted) =>
    `${label} (${percent(confidence)}${accepted ? '' : ', not accepted'})`,
  drawing: (answer) => `The drawing is read as ${answer}.`,
  ofNumber: (answer) => `This digit is read as ${answer}.`,
  licence: 'MNIST: Yann LeCun, Corinna Cortes, Christopher Burges; CC BY-SA 3.0.',
  digits: 'Which digit?',
  nth: (label, index) => `Digit ${index + 1}: ${label}`,
  none: 'no digit',
  layers: 'Layers',
  keys: 'Arrow keys go from value to value, Page Up and Page Down from map to map; Enter chooses one.',
  weak: '0',
  /** What is shown as strongest. */
  strongest: (value) => number(value, 2),
  /** A value that is pointed at. */
  value: (layer, place, value) => `${layer}, ${place}: ${number(value)}`,
  hint: 'Point at a value to read it.',

  close: 'Close',
  /** The title above how a value is computed. */
  howComputed: (layer, place) => `${layer}, ${place}`,
  given: 'This value is given: the ink of the drawing there, between 0 and 1.',
  unknown: 'How this operator computes it is not shown.',
  sumOf: (channels, values) => (channels === 1 ? `sum of ${values} products` :
      `sum of ${channels} × ${values} products`),
  products: (count) => `sum of ${count} products`,
  bias: 'bias',
  beforeRelu: 'sum',
  relu: 'ReLU: below 0 becomes 0',
  convolution: 'Window × weights = products, for each map before, the largest sums first. ' +
      'Striped is negative. (Batch norm has been folded into weights and bias.)',
  terms: 'The windows, weights and products of each map',
  input: 'input',
  map: (map) => `map ${map + 1}`,
  mapSum: (value) => `Sum ${number(value)}`,
  pooling: 'The largest of these values:',
  flatten: (name, place) => `The same value as in ${name}, ${place}.`,
  speaksFor: 'What speaks most for it',
  speaksAgainst: 'What speaks most against it',
  allTerms: 'All its terms',
  product: (value, weight, product) => `${number(value)} × ${number(weight)} = ${number(product)}`,
  power: (score, power) => `e^${number(score, 2)} = ${number(power, 2)}`,
  ofScore: (score) => `e^${number(score, 2)}`,
  ofScores: 'sum over all classes',
  share: 'its share',
  score: 'value',
  largest: 'largest',

  occlusion: (label, lowest) => `Where ${label} depends on its ink: a patch of 5×5 was put over each place in ` +
      `turn. The stronger a place, the less sure is ${label} without it: down to ${percent(lowest)}.`,
  occlusionNone: (label, lowest) => `No single place matters much: wherever a patch of 5×5 covers it, ${label} ` +
      `stays at ${percent(lowest)} or more.`,
  occlusionMap: (label) => `How sure ${label} stays where a place is covered`,
  covered: (place, label, share) => `Covered at ${place}: ${label} ${percent(share)}`,
};
