// What the page shows of an answer: the text, row by row, its confidence, all probabilities, the
// network's input, and the bounding box of each digit where there are several.

/** How many of the most probable classes are named. */
const NAMED_CLASSES = 3;

/** Height and width of the network's input. */
const INPUT_SIZE = 28;

/**
 * @typedef {import('../numeral.js').Line} Line
 * @typedef {import('../numeral.js').Reading} Reading
 * @typedef {import('../numeral.js').PlacedDigit} PlacedDigit
 */

const element = (id) => document.getElementById(id);

/** @param {PlacedDigit[]} digits @returns {PlacedDigit} */
const leastSure = (digits) => digits.reduce((a, b) => (b.confidence < a.confidence ? b : a));

/** How many digits the longest line has. @param {Line[]} lines */
const longest = (lines) => Math.max(0, ...lines.map(({digits}) => digits.length));

export class AnswerView {
  #labels;
  #bars;

  /** @param {readonly string[]} labels of the classes */
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
    const {digits, lines, text, accepted} = reading;
    const several = digits.length > 1;
    this.#headline(text, sureness(reading), several || text.length < 3 ? lines : []);
    element('result').classList.toggle('unsure', !accepted);
    this.#showProbabilities(leastSure(digits).probabilities, several);
    this.#showInputs(lines);
    this.#showFrames(several ? digits : [], picture);
  }

  /** Shows words in place of an answer, or nothing. */
  clear(words = '') {
    this.#headline(words, '', []);
    element('result').classList.remove('unsure');
    this.#showProbabilities(null);
    this.#showInputs([]);
    this.#showFrames([]);
  }

  /** Shows words in place of an answer, and has screen readers say them. @param {string} words */
  showMessage(words) {
    this.clear(words);
    this.#say(words);
  }

  /** Has screen readers say what was read. @param {Reading} reading */
  announce(reading) {
    this.#say(texts.announcement(reading.lines.map(({text}) => text).join(', '), sureness(reading)));
  }

  #say(text) {
    element('announcement').textContent = text;
  }

  /** @param {Line[]} lines of digits; none: words */
  #headline(text, sure, lines) {
    const result = element('result'), answer = result.parentElement;
    if (result.textContent !== text) result.textContent = text;
    const digits = longest(lines);
    result.classList.toggle('words', digits === 0 && text !== '');
    answer.classList.toggle('number', digits > 1 || lines.length > 1);
    result.style.setProperty('--digits', digits);
    answer.style.setProperty('--lines', lines.length);
    element('confidence').textContent = sure;
    this.#say('');
  }

  /** @param {?Float32Array} probabilities of the digit; of a number, of its least sure one */
  #showProbabilities(probabilities, several = false) {
    const named = (index) => texts.share(this.#labels[index], probabilities[index]);
    this.#bars.forEach((bar, index) => {
      bar.style.setProperty('--share', probabilities ? probabilities[index] : 0);
      bar.title = probabilities ? named(index) : '';
    });
    const order = probabilities ? [...probabilities.keys()] : [];
    order.sort((a, b) => probabilities[b] - probabilities[a]);
    const likely = order.slice(0, NAMED_CLASSES).map(named).join(' · ');
    element('likely').textContent = several ? texts.leastSure(likely) : likely;
  }

  /** Shows the network's inputs, arranged as the digits are. @param {Line[]} lines */
  #showInputs(lines) {
    const canvas = element('seen');
    canvas.width = INPUT_SIZE * Math.max(longest(lines), 1);
    canvas.height = INPUT_SIZE * Math.max(lines.length, 1);
    const context = canvas.getContext('2d');
    lines.forEach(({digits}, line) => digits.forEach(({input}, index) => {
      const picture = context.createImageData(INPUT_SIZE, INPUT_SIZE);
      input.forEach((value, i) => picture.data.set([255, 255, 255, value * 255], i * 4));
      context.putImageData(picture, index * INPUT_SIZE, line * INPUT_SIZE);
    }));
  }

  /** Frames digits of a picture, each with its confidence. @param {PlacedDigit[]} digits */
  #showFrames(digits, {width, height} = {width: 1, height: 1}) {
    const frames = element('frames');
    // The picture is shown as large as the pad allows.
    frames.style.width = `${(width / Math.max(width, height)) * 100}%`;
    frames.style.height = `${(height / Math.max(width, height)) * 100}%`;
    frames.replaceChildren(...digits.map(({digit, confidence, accepted, box}) => {
      const frame = document.createElement('div');
      frame.classList.toggle('unsure', !accepted);
      // Its label is below it, or above if there is no room.
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

/** How sure the recogniser is, in words. @param {Reading} reading */
function sureness({accepted, confidence, digits, turned}) {
  if (accepted && turned) return texts.sureTurned(confidence, turned);
  if (accepted) return texts.sure(confidence);
  return digits.length > 1 ? texts.notAllDigits : texts.notADigit;
}
