// What the page says of the network's layers, and how each value of a layer is computed from those before
// it: arithmetic on what Recognizer.inspectLayers gives, without a DOM.

/** @typedef {import('../numeral.js').Layer} Layer */

/**
 * The network's input, or what a layer makes of it. Values are numbered map by map, row by row.
 * @typedef {object} Stage
 * @property {string} kind what it is in plain words: `input`, `convolution`, `pooling`, `flatten`,
 *     `scores`, `softmax`, `probabilities`, `linear` or `other`
 * @property {number} [number] of the convolution, counted from 1
 * @property {string} operation ONNX's operator; none for the input
 * @property {number} maps how many maps; of a layer without maps, how many values
 * @property {number} rows of a map
 * @property {number} columns of a map
 * @property {Float32Array} values
 * @property {?Stage} before the one that it reads
 * @property {?Layer} layer
 */

/** The kinds that show one labelled value for each class. */
export const CLASS_KINDS = ['scores', 'softmax', 'probabilities'];

/** @returns {string} the kind of a layer */
function kindOf({operation}, index, layers) {
  const following = layers[index + 1]?.operation;
  const isLast = index === layers.length - 1;
  if (/Conv$/.test(operation)) return 'convolution';
  if (operation === 'MaxPool') return 'pooling';
  if (operation === 'Flatten' || operation === 'Reshape') return 'flatten';
  if (operation === 'Softmax') return isLast ? 'probabilities' : 'softmax';
  if (operation !== 'Gemm' && operation !== 'FusedGemm') return 'other';
  if (following === 'Softmax') return 'scores';
  return isLast && layers[index - 1]?.operation === 'Softmax' ? 'probabilities' : 'linear';
}

/**
 * The input and the layers, in the order in which they run.
 * @param {Float32Array} input @param {Layer[]} layers
 * @returns {Stage[]}
 */
export function stagesOf(input, layers) {
  const side = Math.sqrt(input.length);
  const first = {kind: 'input', operation: '', maps: 1, rows: side, columns: side, values: input,
    before: null, layer: null};
  const named = new Map([['image', first]]);
  let convolutions = 0;
  return [first, ...layers.map((layer, index) => {
    const kind = kindOf(layer, index, layers);
    const [maps, rows = 1, columns = 1] = layer.shape;
    const stage = {kind, operation: layer.operation, maps, rows, columns, values: layer.values,
      before: named.get(layer.inputs[0]) ?? null, layer};
    if (kind === 'convolution') stage.number = ++convolutions;
    named.set(layer.name, stage);
    return stage;
  })];
}

/** Where a value is. @param {Stage} stage @returns {{map: number, row: number, column: number}} from 0 */
export function placeOf({rows, columns}, index) {
  const column = index % columns, row = Math.floor(index / columns) % rows;
  return {map: Math.floor(index / (columns * rows)), row, column};
}

/** What slides over a map. @param {Stage} stage a convolution or a pooling */
function windowOf({layer: {attributes, weights}}) {
  const {strides = [1, 1], dilations = [1, 1], pads = [0, 0, 0, 0], group = [1]} = attributes;
  const size = attributes.kernel_shape ?? weights.shape.slice(2);
  return {size, strides, dilations, pads, groups: group[0]};
}

/**
 * The indices within a map that a value's window lies on, row by row; -1 where it lies outside.
 * @param {Stage} stage a convolution or a pooling
 */
function windowPlaces(stage, {row, column}) {
  const {size, strides, dilations, pads} = windowOf(stage);
  const {rows, columns} = stage.before;
  return Array.from({length: size[0] * size[1]}, (_, i) => {
    const y = row * strides[0] - pads[0] + Math.floor(i / size[1]) * dilations[0];
    const x = column * strides[1] - pads[1] + (i % size[1]) * dilations[1];
    return y >= 0 && y < rows && x >= 0 && x < columns ? y * columns + x : -1;
  });
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/**
 * How a value of a convolution is computed: for each input channel its window, the weights and their
 * products.
 * @param {Stage} stage
 */
function convolutionOf(stage, index) {
  const {before, layer: {weights, bias, attributes}} = stage;
  const place = placeOf(stage, index);
  const {size, groups} = windowOf(stage);
  const count = size[0] * size[1];
  const [, channels] = weights.shape;
  const firstMap = Math.floor(place.map / (stage.maps / groups)) * channels;
  const places = windowPlaces(stage, place);
  const terms = Array.from({length: channels}, (_, channel) => {
    const map = firstMap + channel;
    const start = map * before.rows * before.columns;
    const window = places.map((at) => (at < 0 ? 0 : before.values[start + at]));
    const begin = (place.map * channels + channel) * count;
    const factors = Array.from(weights.values.subarray(begin, begin + count));
    const products = window.map((value, i) => value * factors[i]);
    return {map, window, weights: factors, products, sum: sum(products)};
  });
  const added = bias ? bias.values[place.map] : 0;
  const total = sum(terms.map((term) => term.sum));
  const isRelu = attributes.activation === 'Relu';
  return {kind: 'convolution', columns: size[1], terms, sum: total, bias: added, before: total + added,
    isRelu, value: isRelu ? Math.max(total + added, 0) : total + added};
}

/** Of which values a pooling takes the largest. @param {Stage} stage */
function poolingOf(stage, index) {
  const place = placeOf(stage, index);
  const start = place.map * stage.before.rows * stage.before.columns;
  const window = windowPlaces(stage, place).filter((at) => at >= 0)
      .map((at) => stage.before.values[start + at]);
  return {kind: 'pooling', columns: windowOf(stage).size[1], window, value: Math.max(...window)};
}

/** How a value of a linear layer is computed: each value before it times its weight. @param {Stage} stage */
function linearOf(stage, index) {
  const {before, layer: {weights, bias, attributes}} = stage;
  const isTransposed = attributes.transB?.[0] === 1;
  const [rows, columns] = weights.shape;
  const terms = Array.from(before.values, (value, from) => {
    const weight = weights.values[isTransposed ? index * columns + from : from * columns + index];
    return {from, value, weight, product: value * weight};
  });
  const added = bias ? bias.values[bias.values.length === 1 ? 0 : index] : 0;
  const total = sum(terms.map(({product}) => product));
  return {kind: 'linear', terms, sum: total, bias: added, value: total + added,
    outputs: isTransposed ? rows : columns};
}

/** The powers that softmax divides. @param {Stage} stage */
function softmaxOf(stage, index) {
  const scores = Array.from(stage.before.values);
  const powers = scores.map(Math.exp);
  const total = sum(powers);
  return {kind: 'softmax', scores, powers, sum: total, value: powers[index] / total};
}

/**
 * How a value is computed, or null where that is not known.
 * @param {Stage} stage
 * @param {number} index of the value
 */
export function arithmeticOf(stage, index) {
  const {layer, before} = stage;
  if (!layer || !before) return null;
  if (/Conv$/.test(layer.operation) && layer.weights) return convolutionOf(stage, index);
  if (layer.operation === 'MaxPool') return poolingOf(stage, index);
  if (stage.kind === 'flatten') return {kind: 'flatten', ...placeOf(before, index), value: stage.values[index]};
  if (layer.operation === 'Gemm' && layer.weights) return linearOf(stage, index);
  return layer.operation === 'Softmax' ? softmaxOf(stage, index) : null;
}

/**
 * What a value depends on: in each stage before it, the part of the maps (its receptive field), as rows
 * and columns from the first up to the one behind the last. `map` is there where it is one map alone.
 * @param {Stage} stage
 * @param {number} index of the value
 * @returns {Map<Stage, {map?: number, top: number, left: number, bottom: number, right: number}>}
 */
export function receptiveFields(stage, index) {
  const fields = new Map();
  const {map, row, column} = placeOf(stage, index);
  let field = {map, top: row, left: column, bottom: row + 1, right: column + 1};
  for (let at = stage; at.before; at = at.before) {
    const {before} = at;
    if (at.kind === 'convolution' || at.kind === 'pooling') {
      const {size, strides, dilations, pads} = windowOf(at);
      const first = (start, axis) => Math.max(start * strides[axis] - pads[axis], 0);
      const end = (stop, axis, limit) => Math.min(
          (stop - 1) * strides[axis] - pads[axis] + (size[axis] - 1) * dilations[axis] + 1, limit);
      field = {
        map: at.kind === 'pooling' ? field.map : undefined,
        top: first(field.top, 0), left: first(field.left, 1),
        bottom: end(field.bottom, 0, before.rows), right: end(field.right, 1, before.columns),
      };
    } else if (at.kind === 'flatten' && field.map !== undefined) {
      const place = placeOf(before, field.map);
      field = {map: place.map, top: place.row, left: place.column, bottom: place.row + 1, right: place.column + 1};
    } else {
      field = {top: 0, left: 0, bottom: before.rows, right: before.columns};
    }
    fields.set(before, field);
  }
  return fields;
}
