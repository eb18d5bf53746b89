// <numeral-pad>: a form field that one draws a digit or a number into.
//
//   <script type="module" src="numeral-pad.js"></script>
//   <form><label>Floor <numeral-pad name="floor" required></numeral-pad></label></form>
//
// Its attributes, events and parts: numeral-pad.d.ts.

import {drawWithKeys, listenForShortcuts} from './keyboard.js';
import {NumeralError, Recognizer} from './numeral.js';
import {adoptStyle, FrameTask, Pad} from './pad.js';

const BRUSH = 14;

const STYLE = `
  :host {
    --size: var(--numeral-size, 280px);
    --accent: var(--numeral-accent, LinkText);
    display: inline-grid;
    grid-template-columns: 2fr 1fr;
    gap: 0.5rem;
    width: var(--size);
    vertical-align: top;
    font: 1rem system-ui, sans-serif;
  }
  :host([hidden]) { display: none; }
  .paper {
    grid-column: 1 / -1;
    position: relative;
    box-sizing: border-box;
    height: var(--size);
    overflow: hidden;
    border: 1px solid color-mix(in srgb, currentColor 35%, transparent);
    border-radius: 0.5rem;
    background: var(--numeral-paper, Canvas);
    color: var(--numeral-ink, CanvasText);
  }
  canvas { display: block; width: 100%; height: 100%; }
  :host([readonly]) canvas { cursor: default; }
  canvas:focus-visible { outline: 3px solid var(--accent); outline-offset: -3px; }
  output {
    position: absolute;
    inset: 0.25rem 0.5rem auto auto;
    text-align: right;
    white-space: pre-line;
    pointer-events: none;
  }
  output.written {
    inset: 0;
    display: grid;
    place-items: center;
    font-size: calc(var(--size) / 3);
  }
  button { font: inherit; min-height: 2.25rem; }
  .teach { grid-column: 1 / -1; }
  .teach button { min-width: 2.25rem; }
  .teach[hidden], select[hidden] { display: none; }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  :host(:disabled) { opacity: 0.5; }
`;

/** Used where the page's own `texts` lack one. `{}` stands for a limit. */
const TEXTS = {
  label: 'Drawing area: a digit or a number, with mouse, finger, pen or arrow keys',
  predict: 'Predict',
  clear: 'Clear',
  teach: 'It was a',
  teachWhich: 'Which digit',
  missing: 'Draw a digit.',
  unsure: 'Not sure that is a digit. Draw it again.',
  reading: 'Still reading.',
  unreadable: 'It cannot be read:',
  rangeUnderflow: 'At least {}.',
  rangeOverflow: 'At most {}.',
  tooShort: 'At least {} digits.',
  tooLong: 'At most {} digits.',
  patternMismatch: 'Not of the form that is expected.',
};

/** Properties that are attributes, as other form fields have them. */
const TEXT_PROPERTIES = {
  name: 'name', min: 'min', max: 'max', pattern: 'pattern', defaultValue: 'value',
};
const FLAG_PROPERTIES = {required: 'required', disabled: 'disabled', readOnly: 'readonly'};

/** An element with attributes: not of HTML, which a page's policy may forbid (Trusted Types). */
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const attribute of Object.entries(attributes)) element.setAttribute(...attribute);
  element.append(...children);
  return element;
}

/** Where a page is rendered on a server there is no such class: importing this must do no harm there. */
const Element = globalThis.HTMLElement ?? class {};

export class NumeralPad extends Element {
  static formAssociated = true;
  static observedAttributes = [
    'aria-label', 'brush', 'fingers', 'length', 'max', 'min', 'pattern', 'readonly', 'required',
    'teachable', 'title', 'value',
  ];

  static #loader = () => Recognizer.load();

  static #texts = TEXTS;

  /** @type {?Promise<Recognizer>} The one recogniser of all pads on a page. */
  static #shared = null;

  /** @type {Set<NumeralPad>} Those on a page. */
  static #pads = new Set();

  static get load() {
    return NumeralPad.#loader;
  }

  static set load(load) {
    NumeralPad.#loader = load;
    if (!NumeralPad.#shared) return;
    // It came too late for these.
    NumeralPad.#shared = null;
    for (const pad of NumeralPad.#pads) {
      pad.#recognizer = null;
      if (!pad.#pad) continue;
      pad.#isRead = pad.#pad.isBlank;
      pad.#load();
    }
  }

  static get texts() {
    return NumeralPad.#texts;
  }

  static set texts(texts) {
    NumeralPad.#texts = texts;
    for (const pad of NumeralPad.#pads) pad.#showTexts();
  }

  #internals = this.attachInternals?.() ?? {};
  #canvas;
  #output;
  #status;
  #buttons;
  /** "It was a ...": which digit, and a button for each label. */
  #teach;
  /** @type {?Pad} Once it has been on a page. */
  #pad = null;
  /** @type {?Recognizer} */
  #recognizer = null;
  /** @type {?import('./numeral.js').Reading} Of the drawing. */
  #reading = null;
  /** Whether `#reading` is that of what is drawn now. */
  #isRead = true;
  /** Why it could not be read. */
  #problem = '';
  #value = '';
  /** The value at the latest `change`. */
  #settled = '';
  /** Whether the value is another one than the attribute `value` says, for now. */
  #isDirty = false;
  #customMessage = '';
  #next = new FrameTask(() => this.#read());

  constructor() {
    super();
    const root = this.attachShadow({mode: 'open', delegatesFocus: true});
    adoptStyle(root, STYLE);
    this.#canvas = make('canvas', {tabindex: 0, role: 'application'});
    this.#output = make('output', {'part': 'answer', 'aria-live': 'off'});
    this.#buttons = ['predict', 'clear'].map((part) => make('button', {part, type: 'button'}));
    this.#status = make('span', {class: 'unseen', role: 'status'});
    const paper = make('div', {class: 'paper', part: 'pad'},
        this.#canvas, this.#output, make('div', {hidden: ''}));
    this.#teach = make('div', {class: 'teach', part: 'teach', role: 'group', hidden: ''},
        make('span', {}), make('select', {}));
    root.append(paper, ...this.#buttons, this.#teach, this.#status);
    const [predict, clear] = this.#buttons;
    predict.addEventListener('click', () => this.predict());
    clear.addEventListener('click', () => this.#pad?.clear());
    // Who sends the form once more wants it read once more.
    this.addEventListener('invalid', () => this.#next.schedule());
    // What was set before this was defined.
    for (const property of ['value', ...Object.keys(TEXT_PROPERTIES), ...Object.keys(FLAG_PROPERTIES)]) {
      if (!Object.hasOwn(this, property)) continue;
      const {[property]: value} = this;
      delete this[property];
      queueMicrotask(() => (this[property] = value));
    }
  }

  connectedCallback() {
    NumeralPad.#pads.add(this);
    if (!this.#pad) this.#begin();
    // In a later task: importing this module upgrades pads that are on the page already, and whoever
    // imports it may then replace `load` and `texts`.
    setTimeout(() => {
      if (!this.isConnected) return;
      this.#showTexts();
      if (this.#pad) this.#load();
      else this.#fail(new NumeralError('There is no canvas here (HTMLCanvasElement with Path2D) to draw on.'));
    });
  }

  disconnectedCallback() {
    NumeralPad.#pads.delete(this);
  }

  attributeChangedCallback(name) {
    if (name === 'aria-label') this.#showTexts();
    else if (name !== 'value') this.#applyAttributes();
    else if (!this.#isDirty) this.#write(this.defaultValue, {isDirty: false});
  }

  formDisabledCallback() {
    this.#applyAttributes();
  }

  formResetCallback() {
    this.#write(this.defaultValue, {isDirty: false});
  }

  formStateRestoreCallback(state) {
    this.value = state;
  }

  get value() {
    return this.#value;
  }

  set value(value) {
    // Frameworks set it to what they have just heard: the drawing stays.
    if (String(value ?? '') !== this.#value) this.#write(String(value ?? ''));
    this.#isDirty = true;
  }

  get type() {
    return this.localName;
  }

  get form() {
    return this.#internals.form;
  }

  get labels() {
    return this.#internals.labels;
  }

  get validity() {
    return this.#internals.validity;
  }

  get validationMessage() {
    return this.#internals.validationMessage;
  }

  get willValidate() {
    return this.#internals.willValidate;
  }

  checkValidity() {
    return this.#internals.checkValidity?.() ?? true;
  }

  reportValidity() {
    return this.#internals.reportValidity?.() ?? true;
  }

  setCustomValidity(message) {
    this.#customMessage = message;
    this.#validate();
  }

  get strokes() {
    return this.#pad?.strokes() ?? [];
  }

  clear() {
    this.#write('');
  }

  predict() {
    if (!this.#recognizer) return null;
    // Whoever presses Predict wants it read now.
    if (!this.#pad.isBlank) this.#isRead = false;
    if (!this.#read()) return null;
    const reading = this.#reading;
    this.#status.textContent = reading ? this.#value || this.#words.unsure
        : this.#words.missing;
    if (reading) {
      const details = {detail: reading, bubbles: true, composed: true};
      this.dispatchEvent(new CustomEvent('predict', details));
    }
    return reading;
  }

  /** Of this page, or else ours. */
  get #words() {
    return {...TEXTS, ...NumeralPad.texts};
  }

  #showTexts() {
    const {label, predict, clear} = this.#words;
    this.#buttons[0].textContent = predict;
    this.#buttons[1].textContent = clear;
    this.#showTeaching();
    this.#canvas.setAttribute('aria-label', this.getAttribute('aria-label') ??
        ([...this.labels ?? []].map(({textContent}) => textContent.trim()).join(' ') || label));
    this.#validate();
  }

  /** Makes it a pad, once it is on a page and has its colours. */
  #begin() {
    // An empty field is sent, too.
    this.#internals.setFormValue?.(this.#value);
    // Not where tests of components simulate a browser.
    if (!globalThis.Path2D || !this.#canvas.getContext('2d', {willReadFrequently: true})) return;
    this.#pad = new Pad(this.#canvas, this.shadowRoot.querySelector('.paper > div'));
    this.#applyAttributes();
    this.#pad.onchange = () => {
      this.#isDirty = true;
      this.#isRead = false;
      this.#validate();
      this.#next.schedule();
    };
    drawWithKeys(this.#pad, (steps) => {
      this.#pad.brush = Math.min(Math.max(this.#pad.brush + 2 * steps, 2), 60);
    });
    listenForShortcuts(this.shadowRoot, {
      undo: () => this.readOnly || this.#pad.undo(),
      redo: () => this.readOnly || this.#pad.redo(),
      clear: () => this.readOnly || this.#pad.clear(),
      predict: () => this.predict(),
    });
    // Too late for the browser, which looks for it before this is defined.
    if (this.autofocus && document.activeElement === document.body) this.focus();
  }

  /** Gets the recogniser. If it could not be loaded, the next stroke tries again. */
  async #load() {
    if (this.#recognizer) return;
    let loading;
    /** Whether `load` has been replaced meanwhile. */
    const isOutdated = () => NumeralPad.#shared && loading !== NumeralPad.#shared;
    try {
      loading = NumeralPad.#shared ??= NumeralPad.load();
      const recognizer = await loading;
      if (isOutdated()) return;
      this.#recognizer = recognizer;
      this.#read();
    } catch (error) {
      if (isOutdated()) return;
      NumeralPad.#shared = null;
      this.#fail(error);
    }
  }

  #fail(error) {
    this.#problem = error.message;
    this.#validate();
    this.#output.textContent = error.message;
    this.dispatchEvent(new ErrorEvent('error', {error, message: error.message}));
  }

  #applyAttributes() {
    const brush = Number(this.getAttribute('brush') ?? BRUSH);
    if (this.#pad) {
      this.#pad.brush = brush > 0 && brush <= 60 ? brush : BRUSH;
      this.#pad.isReadOnly = this.readOnly;
      this.#pad.fingersDraw = this.hasAttribute('fingers');
    }
    const isDisabled = this.matches(':disabled');
    const [predict, clear] = this.#buttons;
    this.#canvas.inert = predict.disabled = isDisabled;
    clear.disabled = isDisabled || this.readOnly;
    this.#showTeaching();
    this.#validate();
  }

  /** Shows a value that was set, not drawn: without an event, as form fields do. */
  #write(value, {isDirty = true} = {}) {
    this.#pad?.clear();
    this.#next.cancel();
    this.#reading = null;
    this.#isRead = true;
    this.#isDirty = isDirty;
    this.#value = this.#settled = value;
    this.#show(value, true);
  }

  /** Reads the drawing and dispatches events if it has changed. @returns {boolean} whether it was read */
  #read() {
    if (!this.#pad) return false;
    this.#next.cancel();
    if (this.#isRead) return true;
    const {isBlank} = this.#pad;
    if (!isBlank && !this.#recognizer) {
      this.#load();
      return false;
    }
    try {
      this.#reading = isBlank ? null : this.#readDrawing();
    } catch (error) {
      this.#fail(error);
      // For the next stroke.
      this.#recognizer.restart().catch((reason) => this.#fail(reason));
      return false;
    }
    this.#isRead = true;
    this.#problem = '';
    const value = this.#reading?.accepted ? this.#reading.text : '';
    const isNew = value !== this.#value;
    this.#value = value;
    this.#show(this.#reading && !value ? '?' : value, false);
    if (isNew) this.dispatchEvent(new Event('input', {bubbles: true, composed: true}));
    if (!this.#pad.isInUse && value !== this.#settled) {
      this.#settled = value;
      this.dispatchEvent(new Event('change', {bubbles: true}));
    }
    return true;
  }

  /** What cannot be what is expected is read all the same: then the field says what is wrong. */
  #readDrawing() {
    const {strokes, picture} = this.#pad.drawing();
    // Another recogniser, of the page's own, may know pictures alone.
    const read = (hints) => this.#recognizer.readStrokes ?
      this.#recognizer.readStrokes(strokes, {...hints, picture}) : this.#recognizer.read(picture, hints);
    const hints = this.#hints();
    const reading = read(hints);
    return hints && !reading?.accepted ? read() : reading;
  }

  /**
   * What `length`, or else a simple `pattern`, says of each row.
   * @returns {import('./numeral.js').ReadOptions|undefined}
   */
  #hints() {
    const [shortest, longest] = this.#lengths();
    if (shortest >= 1 && longest >= shortest) return {length: [shortest, longest]};
    return hintsOf(this.pattern);
  }

  #show(text, isWritten) {
    this.#output.textContent = text;
    this.#output.classList.toggle('written', isWritten);
    this.#internals.setFormValue?.(this.#value);
    this.#showTeaching();
    this.#validate();
  }

  /** Asks what it was, where that is wanted and something was read. */
  #showTeaching() {
    const isWanted = this.hasAttribute('teachable') && !this.readOnly && !this.matches(':disabled') &&
        this.#reading && this.#recognizer?.teach;
    this.#teach.hidden = !isWanted;
    if (!isWanted) return;
    const {teach, teachWhich} = this.#words;
    const {labels} = this.#recognizer;
    const [words, select, ...buttons] = this.#teach.children;
    words.textContent = `${teach} `;
    this.#teach.setAttribute('aria-label', teach);
    select.setAttribute('aria-label', teachWhich);
    // What has not changed stays, and keeps the focus.
    const {digits} = this.#reading;
    if (select.length !== digits.length) select.replaceChildren(...digits.map(() => make('option', {})));
    digits.forEach(({digit}, index) => (select[index].textContent = labels[digit]));
    select.hidden = digits.length < 2;
    if (buttons.length === labels.length) return;
    this.#teach.replaceChildren(words, select, ...labels.map((label) => {
      const button = make('button', {type: 'button'}, label);
      button.addEventListener('click', () => this.#learn(this.#reading.digits[select.selectedIndex], label));
      return button;
    }));
  }

  /** Teaches the recogniser of all pads, and reads the drawing once more. */
  #learn(digit, label) {
    try {
      this.#recognizer.teach(digit, label);
    } catch (error) {
      return this.#fail(error);
    }
    this.#isRead = false;
    this.#read();
    const detail = {label, lessons: this.#recognizer.lessons};
    this.dispatchEvent(new CustomEvent('teach', {detail, bubbles: true, composed: true}));
  }

  #validate() {
    const problems = this.#problems();
    const flags = Object.fromEntries(problems.map(([flag]) => [flag, true]));
    this.#internals.setValidity?.(flags, problems[0]?.[1], this.#canvas);
  }

  /** What is wrong with the value: flags of `validity`, each with its message. The first is shown. */
  #problems() {
    const words = this.#words;
    const problems = this.#customMessage ? [['customError', this.#customMessage]] : [];
    if (!this.#isRead && !this.#pad.isBlank) {
      const message = this.#problem ? `${words.unreadable} ${this.#problem}` : words.reading;
      return [...problems, ['badInput', message]];
    }
    if (this.#reading && !this.#value) problems.push(['badInput', words.unsure]);
    if (this.required && !this.#value) problems.push(['valueMissing', words.missing]);
    if (!this.#value) return problems;
    const rows = this.#value.split('\n');
    const [shortest, longest] = this.#lengths();
    const limits = [
      ['rangeUnderflow', numberOf(this.min), (row, limit) => numberOf(row) < limit],
      ['rangeOverflow', numberOf(this.max), (row, limit) => numberOf(row) > limit],
      ['tooShort', shortest, (row, limit) => row.length < limit],
      ['tooLong', longest, (row, limit) => row.length > limit],
    ];
    for (const [flag, limit, isBroken] of limits) {
      if (rows.some((row) => isBroken(row, limit)))
        problems.push([flag, words[flag].replace('{}', limit)]);
    }
    const pattern = patternOf(this.pattern);
    if (pattern && !rows.every((row) => pattern.test(row)))
      problems.push(['patternMismatch', `${words.patternMismatch} ${this.title}`.trim()]);
    return problems;
  }

  /** The smallest and the largest number of digits in a row, of `length="4"` or `length="2-5"`. */
  #lengths() {
    const [, shortest, longest = shortest] =
        /^\s*(\d+)(?:\s*-\s*(\d+))?\s*$/.exec(this.getAttribute('length') ?? '') ?? [];
    return [Number(shortest), Number(longest)];
  }
}

for (const [property, attribute] of Object.entries(TEXT_PROPERTIES)) {
  Object.defineProperty(NumeralPad.prototype, property, {
    get() {
      return this.getAttribute(attribute) ?? '';
    },
    set(value) {
      this.setAttribute(attribute, value ?? '');
    },
    configurable: true,
    enumerable: true,
  });
}

for (const [property, attribute] of Object.entries(FLAG_PROPERTIES)) {
  Object.defineProperty(NumeralPad.prototype, property, {
    get() {
      return this.hasAttribute(attribute);
    },
    set(value) {
      this.toggleAttribute(attribute, Boolean(value));
    },
    configurable: true,
    enumerable: true,
  });
}

/** A row or a limit as a number; NaN, which is neither too small nor too large, where it is none. */
const numberOf = (text) => (text ? Number(text.replace(',', '.')) : NaN);

/** Hints of patterns such as `\d{4}`, `[0-9]{2,5}` or `7|42`. @param {string} pattern */
function hintsOf(pattern) {
  if (/^\d+(\|\d+){0,99}$/.test(pattern)) return {among: pattern.split('|')};
  const [, digits, shortest, longest = shortest] =
      /^((?:\\d|\[0-9\])+)(?:\{(\d+)(?:,(\d+))?\})?$/.exec(pattern) ?? [];
  const count = digits?.match(/d|0/g).length;
  if (!shortest) return count && {length: count};
  const length = [Number(shortest), Number(longest)];
  return count === 1 && length[0] >= 1 && length[1] >= length[0] ? {length} : undefined;
}

/** @returns {?RegExp} of the whole row; null where there is none, or it is none, as in other fields */
function patternOf(pattern) {
  if (!pattern) return null;
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    return null;
  }
}

if (globalThis.customElements && !customElements.get('numeral-pad'))
  customElements.define('numeral-pad', NumeralPad);
