/** What the recogniser makes of one digit. */
export interface Digit {
  /** The most probable class: an index into `probabilities` and `Recognizer.labels`. */
  digit: number;
  /** Its probability, 0 to 1. */
  confidence: number;
  /** Whether the recogniser stands by it; if not, it may well be no digit at all. */
  accepted: boolean;
  /** The probability of each class; together 1. */
  probabilities: Float32Array;
  /**
   * The picture that the network saw: 28 x 28 values row by row; ink 1 on background 0, or white 1
   * and black 0 where the model's card says that it takes the whole picture.
   */
  input: Float32Array;
}

/** What the recogniser makes of a picture of one digit. */
export interface Answer extends Digit {
  /** How long preprocessing and inference took. */
  milliseconds: number;
}

/** A digit of a number, and where it stands on the picture, in its pixels. */
export interface PlacedDigit extends Digit {
  box: {x: number; y: number; width: number; height: number};
}

/** What is written on a picture: one digit or several side by side. */
export interface Reading {
  /** The labels of its digits, one after the other: `'2026'`. */
  text: string;
  /** The probability that all of them are right: the product of theirs. */
  confidence: number;
  /** Whether the recogniser stands by every one. */
  accepted: boolean;
  /** From left to right; at least one. */
  digits: PlacedDigit[];
  /** How long it took to read. */
  milliseconds: number;
}

/** RGBA of any size, row by row: an `ImageData`, or the same elsewhere. */
export type Picture = Pick<ImageData, 'data' | 'width' | 'height'>;

/** A picture that is too large to be in memory as a whole: it gives its rows a few at a time. */
export interface PictureRows {
  width: number;
  height: number;
  /** RGBA of `count` rows, from row `first` on. */
  rows(first: number, count: number): Uint8ClampedArray;
}

export interface LoadOptions {
  /**
   * Another model in ORT format, as a URL relative to the page. Its card is expected beside it,
   * with `.json` in place of `.ort`, and the model must have the SHA-256 that the card names.
   * Default: `digits.ort` beside this module, checked like every file of the build.
   */
  model?: string | URL;
  /**
   * Where `numeral.wasm` is, relative to the page, if not beside this module. It must be the one
   * of the same build.
   */
  wasm?: string | URL;
  /**
   * Hears how far loading is: `loaded` of `total` bytes of the build's files, uncompressed. A model
   * of your own is not counted. A file that must be fetched again takes `loaded` back.
   */
  onprogress?: (progress: {loaded: number; total: number}) => void;
}

/** Whatever keeps the recogniser from working; `message` says what to do about it. */
export class NumeralError extends Error {
  readonly name: 'NumeralError';
  /** The name of the file that is missing or wrong, if it is one. */
  readonly file?: string;
  /** Whether `Recognizer.load` may work when it is called again, without a new page. */
  readonly retriable: boolean;
  constructor(message: string, details?: {file?: string; cause?: unknown; retriable?: boolean});
}

/** A loaded network. Works on pages and in workers, from any origin and path. */
export class Recognizer {
  /** What each class stands for. */
  readonly labels: readonly string[];

  /**
   * Downloads and starts a recogniser. Every file is checked before it is used; a download that
   * stalls is given up.
   * @throws {NumeralError} names the file and what to do
   */
  static load(options?: LoadOptions): Promise<Recognizer>;

  /**
   * Recognises a digit wherever it stands in the picture, however large it is, dark on light or
   * light on dark (transparency counts as background). Takes a few milliseconds.
   * @param image any size
   * @param options `announce`: also print `Predicted Digit: N` to the console, or
   *     `Predicted Label: ...` where the labels are not digits
   * @returns the answer, or null where nothing is drawn
   * @throws {NumeralError} after a fault inside (see `restart`), or `dispose`
   */
  recognize(
    image: Picture,
    options?: {announce?: boolean},
  ): Answer | null;

  /**
   * Reads digits that stand side by side, from left to right. A digit may be drawn in several
   * strokes; digits that touch are not taken apart.
   * @param options `announce`: also print `Predicted Number: 2026` to the console, or, where it is
   *     one digit, `Predicted Digit: N`
   * @returns what is written, or null where nothing is
   * @throws {NumeralError} as `recognize`
   */
  read(
    image: Picture,
    options?: {announce?: boolean},
  ): Reading | null;

  /**
   * Looks at a picture file before the browser unpacks it: a few kilobytes can claim to be, and
   * take, gigabytes, or minutes.
   * @returns the size that the file names (PNG, JPEG, GIF, WebP, BMP, AVIF, HEIF), else 0; whether
   *     that is more than `clean` takes; and whether it is a JPEG that goes over its picture without
   *     end
   * @throws {NumeralError} as `recognize`; and what the file throws when it cannot be read
   */
  inspect(file: Blob): Promise<{
    width: number;
    height: number;
    isTooLarge: boolean;
    isEndless: boolean;
  }>;

  /**
   * Cleans a photograph of what is written on paper: evens out the light, takes away lines, paper
   * and noise, and makes it smaller. What it returns can be read by `recognize` and `read`; its
   * `data` has the layout of an `ImageData`'s. Takes a while for a large one: do it in a worker.
   * @throws {NumeralError} where it has more than 100 megapixels, and as `recognize`
   */
  clean(photo: Picture | PictureRows): Picture;

  /**
   * Starts it anew from what was loaded, without fetching anything. After a fault inside (memory that
   * has run out, a failed check) nothing else works any more.
   * @throws {NumeralError} where it cannot be started, or after `dispose`
   */
  restart(): Promise<void>;

  /** Frees its memory; it cannot be used afterwards. */
  dispose(): void;

  private constructor();
}
