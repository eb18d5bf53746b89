// "Inside the network": every value of every layer for what is drawn, how each is computed, and on which
// places of the drawing the answer depends. reading.js loads this when that part of the page is opened.

import {make, showArithmetic} from './arithmetic.js';
import {CLASS_KINDS, placeOf, receptiveFields, stagesOf} from './layers.js';
import {MapsView} from './maps.js';
import {Samples} from './samples.js';
import {nameOf, number, placeName, sizeOf, whatIs, words} from './words.js';

/** While a stroke is drawn, the arithmetic of a value is shown anew after so many milliseconds. */
const ARITHMETIC_MS = 150;

/** Layers of so many values, without maps, are shown as labelled bars. */
const MAX_BARS = 32;

/** Decimal places of scores and probabilities: those of the least probable classes are small. */
const CLASS_DIGITS = 4;

const isDark = matchMedia('(prefers-color-scheme: dark)');

/** Loads what these elements look like. */
function loadStyle() {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = new URL('./inside.css', import.meta.url);
  return new Promise((loaded, failed) => {
    link.onload = loaded;
    link.onerror = () => {
      link.remove();
      failed(new Error(link.href));
    };
    document.head.append(link);
  });
}

function button(text, onclick) {
  const made = make('button', '', text);
  made.type = 'button';
  made.addEventListener('click', onclick);
  return made;
}

/** The values of a layer that has no maps, each with its label. */
class BarsView {
  onpoint = () => {};
  onchoose = () => {};
  #list;
  #rows;
  #chosen = null;

  constructor(list, labels) {
    this.#list = list;
    this.#rows = labels.map((label, index) => {
      const bar = make('span', 'bar'), value = make('span', 'total');
      const row = button('', () => this.onchoose(index));
      row.append(make('span', 'of', label), bar, value);
      row.addEventListener('pointerenter', () => this.onpoint(index, false));
      row.addEventListener('pointerleave', () => this.onpoint(null, false));
      list.append(make('li', '', row));
      return {row, bar, value};
    });
  }

  show(values, strongest) {
    this.#list.classList.toggle('signed', values.some((value) => value < 0));
    this.#rows.forEach(({bar, value}, index) => {
      bar.style.setProperty('--share', strongest > 0 ? Math.abs(values[index]) / strongest : 0);
      bar.classList.toggle('negative', values[index] < 0);
      value.textContent = number(values[index], CLASS_DIGITS);
    });
  }

  set chosen(index) {
    this.#chosen = index;
  }

  set field(_) {}

  draw() {
    this.#rows.forEach(({row}, index) => row.setAttribute('aria-pressed', index === this.#chosen));
  }
}

export class Inside {
  #recognizer;
  #guard;
  #details;
  #samples = new Samples();

  /** What is drawn. @type {?import('../numeral.js').Reading} */
  #reading = null;
  /** Which of its digits is shown. */
  #digit = 0;
  /** The digit of MNIST that is shown in its place. */
  #sample = null;
  /** What is shown: a digit, as the recogniser gives it. @type {?import('../numeral.js').Digit} */
  #shown = null;
  /** @type {import('./layers.js').Stage[]} */
  #stages = [];
  /** What shows each stage: its item of the list and its view. */
  #views = [];
  /** The chosen value. @type {?{stage: number, index: number}} */
  #chosen = null;
  /** The value that is pointed at, likewise. */
  #pointed = null;
  #arithmeticShown = 0;
  #arithmeticTimer = 0;

  // What is on the page.
  #source = make('p', 'source');
  #choice = make('div', 'choice');
  #list = make('ol', 'stages');
  #readout = make('p', 'readout', words.hint);
  #arithmetic = make('section', 'arithmetic');
  #occlusion = make('figure', 'occlusion');
  #matters;
  #back;

  /**
   * @param {HTMLDetailsElement} details
   * @param {import('../numeral.js').Recognizer} recognizer
   * @param {(action: () => void) => Promise<void>} guard does something with the recogniser, and starts that
   *     anew where it has a fault
   */
  static async create(details, recognizer, guard) {
    await loadStyle();
    return new Inside(details, recognizer, guard);
  }

  constructor(details, recognizer, guard) {
    this.#details = details;
    this.#recognizer = recognizer;
    this.#guard = guard;
    this.#matters = button(words.matters, () => guard(() => this.#occlude()));
    this.#back = button(words.back, () => guard(() => this.#leaveSample()));
    const intro = make('p', 'intro');
    const tellScale = () => (intro.textContent = isDark.matches ? words.introDark : words.intro);
    tellScale();
    this.#choice.setAttribute('role', 'group');
    this.#choice.setAttribute('aria-label', words.digits);
    this.#source.setAttribute('role', 'status');
    this.#readout.setAttribute('aria-live', 'polite');
    this.#list.setAttribute('aria-label', words.layers);
    const keys = make('p', 'unseen', words.keys);
    keys.id = 'inside-keys';
    const tools = make('div', 'tools', button(words.random, () => this.#showSample(false)),
        button(words.wrong, () => this.#showSample(true)), this.#matters);
    details.append(intro, tools, this.#source, this.#back, this.#choice, this.#readout, keys, this.#list);
    details.addEventListener('toggle', () => details.open && guard(() => this.#render()));
    isDark.addEventListener('change', () => {
      tellScale();
      for (const {view} of this.#views) view.draw();
      this.#hideOcclusion();
    });
  }

  /** Shows what is drawn, or that there is nothing. @param {?import('../numeral.js').Reading} reading */
  show(reading) {
    this.#reading = reading;
    this.#sample = null;
    if (!reading || this.#digit >= reading.digits.length) this.#digit = 0;
    if (this.#details.open) this.#render();
  }

  /** Shows one of MNIST's digits. @param {boolean} isWrong one that is misread */
  async #showSample(isWrong) {
    this.#source.textContent = words.loading;
    try {
      const sample = await this.#samples.any(isWrong ? this.#recognizer : null);
      if (!sample) this.#source.textContent = words.noneWrong;
      else this.#guard(() => {
        this.#sample = sample;
        this.#render();
      });
    } catch (error) {
      if (error.name === 'NumeralError') this.#guard(() => {
        throw error;
      });
      else this.#source.textContent = words.noSamples;
    }
  }

  #leaveSample() {
    this.#sample = null;
    this.#render();
  }

  /** Shows the layers' values for what is to be shown. */
  #render() {
    const sample = this.#sample;
    this.#shown = sample ? this.#recognizer.recognize(sample.picture) : this.#reading?.digits[this.#digit] ?? null;
    const {labels} = this.#recognizer;
    const answer = this.#shown && words.answer(labels[this.#shown.digit], this.#shown.confidence,
        this.#shown.accepted);
    const several = !sample && this.#reading?.digits.length > 1;
    this.#source.textContent = sample ? words.sample(sample.index, sample.label, answer) :
        !answer ? words.nothing : several ? words.ofNumber(answer) : words.drawing(answer);
    if (sample) this.#source.append(make('small', '', ` ${words.licence}`));
    this.#back.hidden = !sample;
    this.#showChoice(several ? this.#reading.digits : []);
    this.#hideOcclusion();
    const isBlank = !this.#shown;
    this.#list.hidden = this.#readout.hidden = this.#matters.disabled = isBlank;
    if (isBlank) return;

    const layers = this.#recognizer.inspectLayers(this.#shown.input);
    const isFirst = this.#stages.length === 0;
    this.#stages = stagesOf(this.#shown.input, layers);
    if (isFirst) this.#makeViews();
    this.#stages.forEach(({values}, i) => {
      const {view, strongest} = this.#views[i];
      const most = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      strongest.textContent = words.strongest(most);
      view.show(values, most);
    });
    this.#scheduleArithmetic();
  }

  /** The digits of a number, one of which is shown. */
  #showChoice(digits) {
    this.#choice.hidden = digits.length === 0;
    const {labels} = this.#recognizer;
    while (this.#choice.children.length > digits.length) this.#choice.lastChild.remove();
    while (this.#choice.children.length < digits.length) {
      const index = this.#choice.children.length;
      this.#choice.append(button('', () => this.#guard(() => {
        this.#digit = index;
        this.#render();
      })));
    }
    digits.forEach(({digit}, index) => {
      const each = this.#choice.children[index];
      each.textContent = labels[digit];
      each.setAttribute('aria-label', words.nth(labels[digit], index));
      each.setAttribute('aria-pressed', index === this.#digit);
    });
  }

  /** The classes that a stage's values stand for; null where they stand for something else. */
  #labelsOf = ({kind, maps}) => {
    const {labels} = this.#recognizer;
    if (!CLASS_KINDS.includes(kind)) return null;
    return maps === labels.length ? labels : maps === labels.length + 1 ? [...labels, words.none] : null;
  };

  /** Makes the elements that show the stages. */
  #makeViews() {
    this.#views = this.#stages.map((stage, i) => {
      const {maps, rows, columns, operation} = stage;
      const strongest = make('span', 'strongest');
      const title = make('h2', '', nameOf(stage));
      const head = make('div', 'about', title, make('p', 'size', sizeOf(stage)));
      if (operation) head.append(make('p', 'operation', operation));
      head.append(make('p', 'quiet', whatIs(stage)));
      const shown = make('div', 'maps');
      const item = make('li', `stage ${stage.kind}`, head, shown);
      this.#list.append(item);
      let view;
      const labels = this.#labelsOf(stage);
      if (labels || (rows * columns === 1 && maps <= MAX_BARS)) {
        const list = make('ul', 'values');
        shown.append(list);
        view = new BarsView(list, labels ?? Array.from({length: maps}, (_, map) => placeName(stage, {map})));
      } else {
        head.append(make('p', 'scale', words.weak, make('span', 'ramp'), strongest));
        view = new MapsView(this.#mapsCanvas(shown, `${nameOf(stage)}: ${sizeOf(stage)}`),
            {maps, rows, columns});
      }
      if (i === 0) item.append(this.#occlusion);
      view.onpoint = (index) => this.#point(i, index);
      view.onchoose = (index) => this.#choose(i, index);
      return {view, item, strongest};
    });
  }

  /** A canvas that can be focused. */
  #mapsCanvas(parent, label) {
    const canvas = make('canvas');
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'application');
    canvas.setAttribute('aria-label', label);
    canvas.setAttribute('aria-describedby', 'inside-keys');
    parent.append(canvas);
    return canvas;
  }

  /** What a value of a stage is called. */
  #place(stage, index) {
    return placeName(stage, placeOf(stage, index), this.#labelsOf(stage));
  }

  #point(i, index) {
    this.#pointed = index === null ? null : {stage: i, index};
    this.#tellValue();
  }

  /** Tells the value that is pointed at; without one, the chosen one. */
  #tellValue() {
    const told = this.#pointed ?? this.#chosen;
    const stage = told && this.#stages[told.stage];
    const text = stage ?
        words.value(nameOf(stage), this.#place(stage, told.index), stage.values[told.index]) : words.hint;
    if (this.#readout.textContent !== text) this.#readout.textContent = text;
  }

  /** Shows how a value is computed, or no longer, if it is chosen again. */
  #choose(i, index) {
    const isSame = this.#chosen?.stage === i && this.#chosen.index === index;
    this.#chosen = isSame ? null : {stage: i, index};
    this.#pointed = null;
    this.#showArithmetic();
  }

  #scheduleArithmetic() {
    const wait = this.#arithmeticShown + ARITHMETIC_MS - performance.now();
    if (wait <= 0) this.#showArithmetic();
    else this.#arithmeticTimer ||= setTimeout(() => this.#showArithmetic(), wait);
  }

  #showArithmetic() {
    clearTimeout(this.#arithmeticTimer);
    this.#arithmeticTimer = 0;
    this.#arithmeticShown = performance.now();
    this.#tellValue();
    const chosen = this.#chosen;
    const stage = chosen && this.#stages[chosen.stage];
    // What depends on everything needs no frames.
    const hasField = stage && (stage.rows * stage.columns > 1 || stage.kind === 'flatten');
    const fields = hasField ? receptiveFields(stage, chosen.index) : new Map();
    this.#views.forEach(({view}, i) => {
      view.chosen = chosen?.stage === i ? chosen.index : null;
      view.field = fields.get(this.#stages[i]) ?? null;
      view.draw();
    });
    if (!stage) return this.#arithmetic.remove();
    const scrolled = this.#arithmetic.querySelector('.terms')?.scrollTop ?? 0;
    const hadFocus = this.#arithmetic.querySelector('.terms') === document.activeElement;
    const {item} = this.#views[chosen.stage];
    const title = make('h3', '', words.howComputed(nameOf(stage), this.#place(stage, chosen.index)));
    const close = button(words.close, () => {
      item.querySelector('canvas, [aria-pressed=true]')?.focus();
      this.#choose(chosen.stage, chosen.index);
    });
    this.#arithmetic.replaceChildren(make('div', 'head', title, close),
        ...showArithmetic(stage, chosen.index, this.#labelsOf));
    if (this.#arithmetic.parentElement !== item) item.append(this.#arithmetic);
    const terms = this.#arithmetic.querySelector('.terms');
    if (terms) terms.scrollTop = scrolled;
    if (terms && hadFocus) terms.focus();
  }

  /** Shows how sure the answer stays where a place of the drawing is covered. */
  #occlude() {
    const {input, digit, confidence} = this.#shown;
    const map = this.#recognizer.occlude(input, digit);
    const label = this.#recognizer.labels[digit];
    const lowest = Math.min(...map);
    const canvasParent = make('div', 'maps');
    const text = confidence - lowest < 0.02 ? words.occlusionNone(label, lowest) : words.occlusion(label, lowest);
    const readout = make('p', 'quiet', '\u00a0');
    readout.setAttribute('aria-live', 'polite');
    this.#occlusion.replaceChildren(canvasParent, make('figcaption', '', text, readout));
    this.#occlusion.hidden = false;
    const side = Math.sqrt(input.length);
    const size = {kind: 'input', maps: 1, rows: side, columns: side};
    const view = new MapsView(this.#mapsCanvas(canvasParent, words.occlusionMap(label)), size);
    view.contours = input;
    view.onpoint = (index) => {
      readout.textContent = index === null ? '\u00a0' :
          words.covered(placeName(size, placeOf(size, index)), label, map[index]);
    };
    // A loss of some hundredths is not shown as if it were everything.
    view.show(map.map((share) => confidence - share), Math.max(confidence - lowest, 0.1));
  }

  #hideOcclusion() {
    this.#occlusion.hidden = true;
    this.#occlusion.replaceChildren();
  }
}
