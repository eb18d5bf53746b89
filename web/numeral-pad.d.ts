import type {Reading, Recognizer} from './numeral.js';

/**
 * `<numeral-pad>`: a form field that one draws a digit or a number into, with mouse, finger, pen or
 * arrow keys. Importing this module defines it.
 *
 * Attributes: `name`, `value` (shown until something is drawn, and after a form's reset),
 * `required`, `disabled`, `brush` (width of the lines, 1 to 60 of the pad's 280; 14), `aria-label`
 * (else its labels' text).
 *
 * Events: `input` whenever its value changes while one draws; `change` when it has after a stroke;
 * `predict` (`CustomEvent<Reading>`) at the press of its button; `error` (`ErrorEvent`) when the
 * recogniser cannot be loaded, or has stopped after a fault: it is then started anew, and reads what
 * is drawn next. They bubble, but for `error`.
 *
 * Style: custom properties `--numeral-size` (280px), `--numeral-ink`, `--numeral-paper`,
 * `--numeral-accent`; parts `pad`, `answer`, `predict`, `clear` (`::part(predict) {display: none}`
 * for a pad without that button).
 */
export class NumeralPad extends HTMLElement {
  /** How the recogniser is loaded that all pads share: replace it to load another model. */
  static load: () => Promise<Recognizer>;

  /** What it says; replace them before a pad is made, for other languages. */
  static texts: {label: string; predict: string; clear: string; missing: string; unsure: string};

  /** The digits as read; empty while nothing is drawn, or the recogniser does not stand by it. */
  value: string;
  name: string;
  required: boolean;
  disabled: boolean;
  readonly type: string;
  readonly form: HTMLFormElement | null;
  readonly labels: NodeList;
  /** `badInput` where the recogniser does not stand by what is drawn. */
  readonly validity: ValidityState;
  readonly validationMessage: string;
  readonly willValidate: boolean;
  checkValidity(): boolean;
  reportValidity(): boolean;
  setCustomValidity(message: string): void;

  /** Empties it, without an event. */
  clear(): void;

  /** What is drawn, as the button does: with a `predict` event, or null where nothing is. */
  predict(): Reading | null;
}

declare global {
  interface HTMLElementTagNameMap {
    'numeral-pad': NumeralPad;
  }
  interface HTMLElementEventMap {
    predict: CustomEvent<Reading>;
  }
}
