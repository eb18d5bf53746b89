// What the page shows of an answer: what was read, how sure it is, all probabilities, the picture
// that the network saw, and, of a number, where each of its digits is.

/** How many of the most likely classes are named. */
const NAMED = 3;

/** Height and width of what the network sees of a digit. */
const INPUT_SIZE = 28;

/**
 * @typedef {import('./numeral.js').Reading} Reading
 * @typedef {import('./numeral.js').PlacedDigit} PlacedDigit
 */

const element = (id) => document.getElementById(id);

/** @param {PlacedDigit[]} digits @returns {PlacedDigit} */
const leastSure = (digits) => digits.reduce((a, b) => (b.confidence < a.confidence ? b : a));

export class AnswerView {
  #labels;
  #bars;

  /** @param {readonly string[]} labels what the classes stand for */
  constructor(labels) {
    this.#labels = labels;
    this.#bars = labels.map((label) => {
      const bar = document.createElement('li');
      bar.append(label);
      return bar;
    });
    element('bars').replaceChildren(...this.#bars);
  }

  /**
   * Shows what was read.
   * @param {Reading} reading
   * @param {{width: number, height: number}} picture the one it was read from
   */
  show(reading, picture) {
    const {digits, text, accepted} = reading;
    const several = digits.length > 1;
    this.#headline(text, sureness(reading), several || text.length < 3 ? digits.length : 0);
    element('result').classList.toggle('unsure', !accepted);
    this.#showProbabilities(leastSure(digits).probabilities, several);
    this.#showInputs(digits);
    this.#showFrames(several ? digits : [], picture);
  }

  /** Shows that there is nothing to say, or words in place of an answer. */
  clear(words = '') {
    this.#headline(words, '', 0);
    element('result').classList.remove('unsure');
    this.#showProbabilities(null);
    this.#showInputs([]);
    this.#showFrames([]);
  }

  /** Shows words in place of an answer, and says them. @param {string} words */
  tell(words) {
    this.clear(words);
    this.#say(words);
  }

  /** Says what was read to those who cannot see it. @param {Reading} reading */
  announce(reading) {
    this.#say(texts.announcement(reading.text, sureness(reading)));
  }

  #say(text) {
    element('announcement').textContent = text;
  }

  /** @param {number} digits how many digits it is; 0: words */
  #headline(text, sure, digits) {
    const result = element('result');
    if (result.textContent !== text) result.textContent = text;
    result.classList.toggle('words', digits === 0 && text !== '');
    result.parentElement.classList.toggle('number', digits > 1);
    result.style.setProperty('--digits', digits);
    element('confidence').textContent = sure;
    this.#say('');
  }

  /** The probabilities of one digit; of several, it is the one that is least sure. */
  #showProbabilities(probabilities, several = false) {
    const named = (index) => texts.share(this.#labels[index], probabilities[index]);
    this.#bars.forEach((bar, index) => {
      bar.style.setProperty('--share', probabilities ? probabilities[index] : 0);
      bar.title = probabilities ? named(index) : '';
    });
    const order = probabilities ? [...probabilities.keys()] : [];
    order.sort((a, b) => probabilities[b] - probabilities[a]);
    const likely = order.slice(0, NAMED).map(named).join(' · ');
    element('likely').textContent = several ? texts.leastSure(likely) : likely;
  }

  /** What the network saw of each digit, side by side. @param {PlacedDigit[]} digits */
  #showInputs(digits) {
    const canvas = element('seen');
    canvas.width = INPUT_SIZE * Math.max(digits.length, 1);
    const context = canvas.getContext('2d');
    digits.forEach(({input}, index) => {
      const picture = context.createImageData(INPUT_SIZE, INPUT_SIZE);
      input.forEach((value, i) => picture.data.set([255, 255, 255, value * 255], i * 4));
      context.putImageData(picture, index * INPUT_SIZE, 0);
    });
  }

  /** Frames around digits of a picture, each with its confidence. @param {PlacedDigit[]} digits */
  #showFrames(digits, {width, height} = {width: 1, height: 1}) {
    const frames = element('frames');
    // As large as the picture, which is as large as the pad allows.
    frames.style.width = `${(width / Math.max(width, height)) * 100}%`;
    frames.style.height = `${(height / Math.max(width, height)) * 100}%`;
    frames.replaceChildren(...digits.map(({digit, confidence, accepted, box}) => {
      const frame = document.createElement('div');
      frame.classList.toggle('unsure', !accepted);
      // Its label is below, or above where below is no room.
      frame.classList.toggle('low', box.y + box.height > 0.92 * height);
      frame.style.left = `${(box.x / width) * 100}%`;
      frame.style.top = `${(box.y / height) * 100}%`;
      frame.style.width = `${(box.width / width) * 100}%`;
      frame.style.height = `${(box.height / height) * 100}%`;
      frame.title = texts.share(this.#labels[digit], confidence);
      const label = document.createElement('span');
      label.textContent = texts.frame(confidence);
      frame.append(label);
      return frame;
    }));
  }
}

/** How sure of it the recogniser is, in words. @param {Reading} reading */
function sureness({accepted, confidence, digits}) {
  if (accepted) return texts.sure(confidence);
  return digits.length > 1 ? texts.notAllDigits : texts.notADigit;
}
