// Digits of MNIST's test set, with their true labels, fetched when the first is asked for.

/** @typedef {{index: number, label: string, picture: import('../numeral.js').Picture}} Sample */

const FILE = new URL('../digits-samples.json', import.meta.url);

/** White on black, as MNIST has it, as RGBA. @param {string} pixels in base64 */
function pictureOf(pixels, width, height) {
  const grey = Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0));
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  grey.forEach((level, i) => data.fill(level, i * 4, i * 4 + 3));
  return {data, width, height};
}

/** @returns {Promise<Sample[]>} */
async function download() {
  const response = await fetch(FILE);
  if (!response.ok) throw new Error(`${FILE}: ${response.status}`);
  const {width, height, digits} = await response.json();
  return digits.map(({index, label, pixels}) => ({index, label, picture: pictureOf(pixels, width, height)}));
}

/** Any but the latest one. @param {Sample[]} from */
function anyBut(latest, from) {
  const others = from.filter((sample) => sample !== latest);
  return (others.length ? others : from)[Math.floor(Math.random() * Math.max(others.length, 1))];
}

export class Samples {
  /** @type {?Promise<Sample[]>} */
  #all = null;
  /** @type {?Sample[]} */
  #wrong = null;
  #latest = null;

  /**
   * One of the digits, or one that the recogniser gets wrong; undefined if there is none.
   * @param {?import('../numeral.js').Recognizer} judge gets it wrong
   * @returns {Promise<Sample|undefined>}
   */
  async any(judge = null) {
    this.#all ??= download();
    try {
      const all = await this.#all;
      if (judge) this.#wrong ??= all.filter((sample) => isMisread(sample, judge));
      return (this.#latest = anyBut(this.#latest, judge ? this.#wrong : all));
    } catch (error) {
      // It may be there another time.
      this.#all = null;
      throw error;
    }
  }
}

/** @param {Sample} sample */
function isMisread({picture, label}, recognizer) {
  const answer = recognizer.recognize(picture);
  return !answer || recognizer.labels[answer.digit] !== label;
}
