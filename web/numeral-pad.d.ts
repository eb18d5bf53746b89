import type {Reading, Recognizer} from './numeral.js';

/**
 * `<numeral-pad>`: a form field to draw a digit or a number into, with mouse, finger, pen or arrow keys.
 * Importing this module defines it.
 *
 * Attributes: `name`, `value` (shown until something is drawn, and after a form's reset),
 * `required`, `disabled`, `brush` (width of the lines, 1 to 60 of the pad's 280; 14), `aria-label`
 * (else its labels' text).
 *
 * Events: `input` whenever its value changes while one draws; `change` when it has after a stroke;
 * `predict` (`CustomEvent<Reading>`) when its button is pressed; `error` (`ErrorEvent`) when the
 * recogniser cannot be loaded, or has stopped after a fault: then it is started anew, and reads what is
 * drawn next. All but `error` bubble.
 *
 * Style: custom properties `--numeral-size` (280px), `--numeral-ink`, `--numeral-paper`,
 * `--numeral-accent`; parts `pad`, `answer`, `predict`, `clear` (`::part(predict) {display: none}`
 * hides that button).
 */
export class NumeralPad extends HTMLElement {
  /**
   * Loads the one recogniser of all pads; replace it to load another model. It is called in a later task
   * than the import, so whoever imports this module can replace it in time; later, pads take the new one's.
   */
  static load: () => Promise<Recognizer>;

  /** Its texts; pads that are on the page show them when they are replaced. */
  static texts: {label: string; predict: string; clear: string; missing: string; unsure: string};

  /**
   * The digits, one line for each row; empty while nothing is drawn, or when the answer is not accepted.
   */
  value: string;
  name: string;
  required: boolean;
  disabled: boolean;
  readonly type: string;
  readonly form: HTMLFormElement | null;
  readonly labels: NodeList;
  /** `badInput` when the answer is not accepted. */
  readonly validity: ValidityState;
  readonly validationMessage: string;
  readonly willValidate: boolean;
  checkValidity(): boolean;
  reportValidity(): boolean;
  setCustomValidity(message: string): void;

  /** Empties it, without an event. */
  clear(): void;

  /** Reads the drawing and dispatches `predict`, as the button does; null if nothing is drawn. */
  predict(): Reading | null;
}

// React is not installed everywhere: these two lines mean nothing there.
// @ts-ignore
type NumeralPadAttributes = import('react').DetailedHTMLProps<import('react').HTMLAttributes<NumeralPad>, NumeralPad>;
// @ts-ignore
declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'numeral-pad': NumeralPadAttributes & {
        name?: string;
        value?: string;
        required?: boolean;
        disabled?: boolean;
        brush?: number | string;
        onpredict?: (event: CustomEvent<Reading>) => void;
        onerror?: (event: ErrorEvent) => void;
      };
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'numeral-pad': NumeralPad;
  }
  interface HTMLElementEventMap {
    predict: CustomEvent<Reading>;
  }
}
