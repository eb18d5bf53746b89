import type {Lesson, Reading, Recognizer} from './numeral.js';

/** A point of a stroke. */
export interface StrokePoint {
  x: number;
  y: number;
  /** Milliseconds, as an event's `timeStamp`. */
  time: number;
  /** 0 to 1; 0.5 where the device measures none. */
  pressure: number;
}

/**
 * `<numeral-pad>`: a form field to draw a digit or a number into, with mouse, finger, pen or arrow keys.
 * Importing this module defines it.
 *
 * Attributes: `name`, `value` (shown until something is drawn, and after a form's reset), `required`,
 * `disabled`, `readonly`, `autofocus`; for each row `min`, `max`, `length` (of digits: `4`, or `2-5`) and
 * `pattern`, with `title` to explain it; `brush` (width of the lines, 1 to 60 of the pad's 280; 14), `fingers`
 * (they draw even after a pen has drawn), `teachable`
 * (it asks what a digit was, and learns that), `aria-label` (else its labels' text).
 *
 * Events: `input` whenever its value changes while one draws; `change` when it has after a stroke;
 * `predict` (`CustomEvent<Reading>`) when its button is pressed; `teach`
 * (`CustomEvent<{label: string, lessons: Lesson[]}>`) when it was taught: keep the lessons for `load`; `error` (`ErrorEvent`) when the
 * recogniser cannot be loaded, or has stopped after a fault: then it is started anew, and reads what is
 * drawn next. All but `error` bubble.
 *
 * Style: custom properties `--numeral-size` (280px), `--numeral-ink`, `--numeral-paper`,
 * `--numeral-accent`; parts `pad`, `answer`, `predict`, `clear`, `teach` (`::part(predict) {display: none}`
 * hides that button).
 */
export class NumeralPad extends HTMLElement {
  /**
   * Loads the one recogniser of all pads; replace it to load another model. It is called in a later task
   * than the import, so whoever imports this module can replace it in time; later, pads take the new one's.
   */
  static load: () => Promise<Recognizer>;

  /**
   * Its texts; pads that are on the page show them when they are replaced. In the last five, named as flags of
   * `validity`, `{}` stands for the limit. What is left out stays English.
   */
  static texts: Partial<Record<
    'label' | 'predict' | 'clear' | 'teach' | 'teachWhich' | 'missing' | 'unsure' | 'reading' | 'unreadable' |
    'rangeUnderflow' | 'rangeOverflow' | 'tooShort' | 'tooLong' | 'patternMismatch', string>>;

  /**
   * The digits, one line for each row; empty while nothing is drawn, or when the answer is not accepted.
   * Setting another value removes the drawing; setting the one that it has changes nothing.
   */
  value: string;
  /** The attribute `value`. */
  defaultValue: string;
  /** The strokes in the order of their drawing, in a square of 280 x 280, upright as one sees them. */
  readonly strokes: StrokePoint[][];
  name: string;
  required: boolean;
  disabled: boolean;
  readOnly: boolean;
  min: string;
  max: string;
  pattern: string;
  readonly type: string;
  readonly form: HTMLFormElement | null;
  readonly labels: NodeList;
  /**
   * `badInput` when the answer is not accepted, and while what is drawn has not been read; the others are as
   * those of an `<input>`.
   */
  readonly validity: ValidityState;
  readonly validationMessage: string;
  readonly willValidate: boolean;
  checkValidity(): boolean;
  reportValidity(): boolean;
  setCustomValidity(message: string): void;

  /** Empties it, the drawing too, without an event. */
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
        readOnly?: boolean;
        min?: number | string;
        max?: number | string;
        length?: number | string;
        pattern?: string;
        fingers?: boolean;
        teachable?: boolean;
        brush?: number | string;
        onpredict?: (event: CustomEvent<Reading>) => void;
        onteach?: (event: CustomEvent<{label: string; lessons: Lesson[]}>) => void;
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
    teach: CustomEvent<{label: string; lessons: Lesson[]}>;
  }
}
