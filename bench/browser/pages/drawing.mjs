// What contenders' pages share: a drawn 7, and its answer as soon as there is one.

const canvas = new OffscreenCanvas(280, 280);
const context = canvas.getContext('2d', {willReadFrequently: true});
context.fillStyle = 'white';
context.fillRect(0, 0, canvas.width, canvas.height);
context.lineWidth = 20;
context.lineCap = context.lineJoin = 'round';
context.stroke(new Path2D('M 80 60 H 200 L 120 220'));

/** The drawing's pixels, from which the time of an answer counts. */
export const pixels = () => context.getImageData(0, 0, canvas.width, canvas.height);

const small = new OffscreenCanvas(28, 28).getContext('2d', {willReadFrequently: true});
small.imageSmoothingQuality = 'high';
const large = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');

/**
 * A network's input as tutorials make it: the canvas reduced to 28x28, ink 1 on 0.
 * @param {ImageData} image @returns {Float32Array}
 */
export function reduced(image) {
  large.putImageData(image, 0, 0);
  small.drawImage(large.canvas, 0, 0, 28, 28);
  const {data} = small.getImageData(0, 0, 28, 28);
  return Float32Array.from({length: 784}, (_, i) => 1 - data[i * 4] / 255);
}

/**
 * Gives the measurements what they call, and the first answer.
 * @param {(input: Float32Array) => Promise<Float32Array>|Float32Array} infer the network alone: 784
 *     values to probabilities
 * @param {(image: ImageData) => Promise<Float32Array>|Float32Array} answer pixels to probabilities
 */
export async function begin(infer, answer = (image) => infer(reduced(image))) {
  performance.mark('ready');
  Object.assign(globalThis, {infer, answer, pixels});
  const probabilities = await answer(pixels());
  document.getElementById('result').textContent =
      probabilities.indexOf(Math.max(...probabilities));
  performance.mark('answered');
}
