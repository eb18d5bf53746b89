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
    height: var(--size);
    overflow: hidden;
    border: 1px solid color-mix(in srgb, currentColor 35%, transparent);
    border-radius: 0.5rem;
    background: var(--numeral-paper, Canvas);
    color: var(--numeral-ink, CanvasText);
  }
  canvas { display: block; width: 100%; height: 100%; }
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
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  :host(:disabled) { opacity: 0.5; }
`;

const CONTENT = `
  <div class="paper" part="pad">
    <canvas tabindex="0" role="application"></canvas>
    <output part="answer" aria-live="off"></output>
    <div hidden></div>
  </div>
  <button part="predict" type="button"></button>
  <button part="clear" type="button"></button>
  <span class="unseen" role="status"></span>
`;

/** Where a page is rendered on a server there is no such class: importing this must do no harm there. */
const Element = globalThis.HTMLElement ?? class {};

export class NumeralPad extends Element {
  static formAssociated = true;
  static observedAttributes = ['brush', 'required'];

  static #loader = () => Recognizer.load();

  static #texts = {
    label: 'Drawing area: a digit or a number, with mouse, finger, pen or arrow keys',
    predict: 'Predict',
    clear: 'Clear',
    missing: 'Draw a digit.',
    unsure: 'Not sure that is a digit. Draw it again.',
  };

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
      if (pad.#pad) pad.#load();
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
  /** @type {?Pad} Once it has been on a page. */
  #pad = null;
  /** @type {?Recognizer} */
  #recognizer = null;
  /** @type {?import('./numeral.js').Reading} Of the drawing. */
  #reading = null;
  #value = '';
  /** The value at the latest `change`. */
  #settled = '';
  #customMessage = '';
  #next = new FrameTask(() => this.#read());

  constructor() {
    super();
    const root = this.attachShadow({mode: 'open', delegatesFocus: true});
    adoptStyle(root, STYLE);
    root.innerHTML = CONTENT;
    this.#canvas = root.querySelector('canvas');
    this.#output = root.querySelector('output');
    this.#status = root.querySelector('[role=status]');
    this.#buttons = root.querySelectorAll('button');
    const [predict, clear] = this.#buttons;
    predict.addEventListener('click', () => this.predict());
    clear.addEventListener('click', () => this.#pad?.clear());
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
    if (name === 'brush') this.#setBrush();
    else this.#validate();
  }

  formDisabledCallback(disabled) {
    this.#canvas.inert = disabled;
    for (const button of this.#buttons) button.disabled = disabled;
  }

  formResetCallback() {
    this.value = this.getAttribute('value') ?? '';
  }

  formStateRestoreCallback(state) {
    this.value = state;
  }

  get value() {
    return this.#value;
  }

  set value(value) {
    this.#write(String(value ?? ''));
  }

  get name() {
    return this.getAttribute('name') ?? '';
  }

  set name(name) {
    this.setAttribute('name', name);
  }

  get required() {
    return this.hasAttribute('required');
  }

  set required(required) {
    this.toggleAttribute('required', required);
  }

  get disabled() {
    return this.hasAttribute('disabled');
  }

  set disabled(disabled) {
    this.toggleAttribute('disabled', disabled);
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

  clear() {
    this.value = '';
  }

  predict() {
    if (!this.#recognizer || !this.#read()) return null;
    const reading = this.#reading;
    this.#status.textContent = reading ? this.#value || NumeralPad.texts.unsure
        : NumeralPad.texts.missing;
    if (reading) {
      const details = {detail: reading, bubbles: true, composed: true};
      this.dispatchEvent(new CustomEvent('predict', details));
    }
    return reading;
  }

  #showTexts() {
    const {label, predict, clear} = NumeralPad.texts;
    this.#buttons[0].textContent = predict;
    this.#buttons[1].textContent = clear;
    this.#canvas.setAttribute('aria-label', this.getAttribute('aria-label') ??
        ([...this.labels ?? []].map(({textContent}) => textContent.trim()).join(' ') || label));
    this.#validate();
  }

  /** Makes it a pad, once it is on a page and has its colours. */
  #begin() {
    if (!this.#value) this.#write(this.getAttribute('value') ?? '');
    // Not where tests of components simulate a browser.
    if (!globalThis.Path2D || !this.#canvas.getContext('2d', {willReadFrequently: true})) return;
    this.#pad = new Pad(this.#canvas, this.shadowRoot.querySelector('.paper > div'));
    this.#setBrush();
    this.#pad.onchange = () => this.#next.schedule();
    drawWithKeys(this.#pad, (steps) => {
      this.#pad.brush = Math.min(Math.max(this.#pad.brush + 2 * steps, 2), 60);
    });
    listenForShortcuts(this.shadowRoot, {
      undo: () => this.#pad.undo(),
      redo: () => this.#pad.redo(),
      clear: () => this.#pad.clear(),
      predict: () => this.predict(),
    });
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
    this.#output.textContent = error.message;
    this.dispatchEvent(new ErrorEvent('error', {error, message: error.message}));
  }

  #setBrush() {
    const brush = Number(this.getAttribute('brush') ?? BRUSH);
    if (this.#pad) this.#pad.brush = brush > 0 && brush <= 60 ? brush : BRUSH;
  }

  /** Shows a value that was set, not drawn: without an event, as form fields do. */
  #write(value) {
    this.#pad?.clear();
    this.#next.cancel();
    this.#reading = null;
    this.#value = this.#settled = value;
    this.#show(value, true);
  }

  /** Reads the drawing and dispatches events if it has changed. @returns {boolean} whether it was read */
  #read() {
    if (!this.#pad) return false;
    this.#next.cancel();
    // A value that was set stays until something is drawn.
    if (this.#pad.isBlank && !this.#reading) return true;
    if (!this.#recognizer) {
      this.#load();
      return false;
    }
    try {
      this.#reading = this.#pad.isBlank ? null : this.#recognizer.read(this.#pad.image());
    } catch (error) {
      this.#fail(error);
      // For the next stroke.
      this.#recognizer.restart().catch((reason) => this.#fail(reason));
      return false;
    }
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

  #show(text, isWritten) {
    this.#output.textContent = text;
    this.#output.classList.toggle('written', isWritten);
    this.#internals.setFormValue?.(this.#value);
    this.#validate();
  }

  #validate() {
    const {missing, unsure} = NumeralPad.texts;
    const problem = this.#customMessage ? {customError: this.#customMessage}
        : this.#reading && !this.#value ? {badInput: unsure}
        : this.required && !this.#value ? {valueMissing: missing}
        : {};
    const [[flag, message] = []] = Object.entries(problem);
    if (flag) this.#internals.setValidity?.({[flag]: true}, message, this.#canvas);
    else this.#internals.setValidity?.({});
  }
}

if (globalThis.customElements && !customElements.get('numeral-pad'))
  customElements.define('numeral-pad', NumeralPad);
