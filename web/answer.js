// What the page shows of an answer: the digit, how sure it is, all probabilities, and the picture
// that the network saw.

import {texts} from './texts.js';

/** How many of the most likely classes are named. */
const NAMED = 3;

const element = (id) => document.getElementById(id);

export class AnswerView {
  #labels;
  #bars;
  #seen = element('seen').getContext('2d');

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

  /** Shows an answer. @param {import('./numeral.js').Answer} answer */
  show(answer) {
    this.#headline(this.#labels[answer.digit], this.#sureness(answer), answer.accepted);
    this.#showProbabilities(answer.probabilities);
    this.#showInput(answer.input);
  }

  /** Shows words in place of an answer; none: that there is nothing to say. */
  clear(words = '') {
    this.#headline(words, '');
    this.#showProbabilities(null);
    this.#showInput(null);
  }

  /** Says an answer to those who cannot see it. */
  announce(answer) {
    this.#say(texts.answer(this.#labels[answer.digit], this.#sureness(answer)));
  }

  #sureness({accepted, confidence}) {
    return accepted ? texts.sure(confidence) : texts.notADigit;
  }

  #say(text) {
    element('announcement').textContent = text;
  }

  /** The answer (smaller, if it is in words, pale, if it is not stood by), and how sure it is. */
  #headline(answer, sure, accepted = true) {
    const result = element('result');
    if (result.textContent !== answer) result.textContent = answer;
    result.classList.toggle('words', answer.length > 2);
    result.classList.toggle('unsure', !accepted);
    element('confidence').textContent = sure;
    this.#say('');
  }

  #showProbabilities(probabilities) {
    const named = (index) => texts.share(this.#labels[index], probabilities[index]);
    this.#bars.forEach((bar, index) => {
      bar.style.setProperty('--share', probabilities ? probabilities[index] : 0);
      bar.title = probabilities ? named(index) : '';
    });
    const order = probabilities ? [...probabilities.keys()] : [];
    order.sort((a, b) => probabilities[b] - probabilities[a]);
    element('likely').textContent = order.slice(0, NAMED).map(named).join(' · ');
  }

  /** @param {?Float32Array} values 28 x 28, 0 to 1 */
  #showInput(values) {
    const {width, height} = this.#seen.canvas;
    const picture = this.#seen.createImageData(width, height);
    for (let i = 0; i < width * height; ++i)
      picture.data.set([255, 255, 255, values ? values[i] * 255 : 0], i * 4);
    this.#seen.putImageData(picture, 0, 0);
  }
}
