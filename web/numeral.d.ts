/** The recogniser's answer for one digit. */
export interface Digit {
  /** The most probable class: an index into `probabilities` and `Recognizer.labels`. */
  digit: number;
  /** Its probability, 0 to 1. */
  confidence: number;
  /** Whether the answer is accepted. If it is rejected, the picture may show no digit at all. */
  accepted: boolean;
  /** The probability of each class (softmax); their sum is 1. */
  probabilities: Float32Array;
  /**
   * The network's input: 28 x 28 values row by row, 0 to 1. Ink is 1 and background 0; for a model whose
   * card says that it takes the full image, white is 1 and black 0.
   */
  input: Float32Array;
}

/** The answer for a picture of one digit. */
export interface Answer extends Digit {
  /** The duration of preprocessing and inference. */
  milliseconds: number;
}

/** A digit of a row. */
export interface PlacedDigit extends Digit {
  /** Its bounding box, in the picture's pixels. */
  box: {x: number; y: number; width: number; height: number};
}

/** A row of digits: a number, or a single digit. */
export interface Line {
  /** The labels of its digits in order: `'2026'`; with `signs` also the signs among them: `'-3.5'`. */
  text: string;
  /** The same, divided where gaps are much wider than the others: `['12', '34']`; mostly one. */
  numbers: string[];
  /** The probability that all its digits are right: the product of their confidences. */
  confidence: number;
  /**
   * Whether every digit is accepted, and they are one number without a sign; unless `signs` and
   * `numbers` ask for more.
   */
  accepted: boolean;
  /** From left to right; at least one. */
  digits: PlacedDigit[];
}

/** What is written on a picture: one digit, several side by side, or several rows of them. */
export interface Reading {
  /** The texts of its lines, joined by newlines: `'2026'`, `'12\n34'`. */
  text: string;
  /** The probability that all digits are right: the product of their confidences. */
  confidence: number;
  /** Whether every digit is accepted, and nothing else is written there. */
  accepted: boolean;
  /** Degrees clockwise by which a photograph that lies on its side was turned to be read: 0, 90, 180, 270. */
  turned: number;
  /** The rows from top to bottom; at least one. */
  lines: Line[];
  /** The digits of all lines in reading order; at least one. */
  digits: PlacedDigit[];
  /** The duration of preprocessing, segmentation and inference. */
  milliseconds: number;
}

/** RGBA of any size, row by row: an `ImageData`, or an object like it. */
export type Picture = Pick<ImageData, 'data' | 'width' | 'height'>;

/** A picture that gives its rows a few at a time, so that it need not be in memory as a whole. */
export interface PictureRows {
  width: number;
  height: number;
  /** RGBA of `count` rows, starting at row `first`. */
  rows(first: number, count: number): Uint8ClampedArray;
}

/** A photograph that was cleaned. */
export interface CleanPicture extends Picture {
  /** RGBA of the same size: the photograph scaled down, in grey. */
  original: Uint8ClampedArray;
  /** False: ink of about the size and darkness of the writing was left out. `read` does not accept it. */
  isComplete: boolean;
}

export interface LoadOptions {
  /**
   * The URL of another model in ORT format, relative to the page. Its card must lie beside it, with
   * `.json` in place of `.ort`, and name the model's SHA-256. The model may use only the operators of
   * `digits.ort`, because the module contains no others. From another origin it needs CORS headers.
   * Default: `digits.ort` beside this module.
   */
  model?: string | URL;
  /**
   * The URL of `numeral.wasm`, relative to the page, if it is not beside this module. It must be of
   * the same build.
   */
  wasm?: string | URL;
  /**
   * Is called at the start and whenever a file has arrived: `loaded` of `total` bytes, uncompressed.
   * Another model is not counted.
   */
  onprogress?: (progress: {loaded: number; total: number}) => void;
}

/** Keeps the recogniser from working; `message` says what to do. */
export class NumeralError extends Error {
  readonly name: 'NumeralError';
  /** The name of the missing or wrong file, if it is one. */
  readonly file?: string;
  /** Whether calling `Recognizer.load` again may work, without reloading the page. */
  readonly retriable: boolean;
  constructor(message: string, details?: {file?: string; cause?: unknown; retriable?: boolean});
}

/** A loaded network. Works on pages, in workers and in Node.js. */
export class Recognizer {
  /** The label of each class. */
  readonly labels: readonly string[];

  /**
   * Downloads and starts a recogniser. `numeral.wasm`, the model and its card must have the SHA-256
   * that the build noted; JavaScript modules are not checked. A download is given up after a minute.
   * @throws {NumeralError} names the file and what to do
   */
  static load(options?: LoadOptions): Promise<Recognizer>;

  /**
   * Recognises one digit of any size, anywhere in the picture, dark on light or light on dark;
   * transparent pixels are background. Takes about a millisecond.
   * @param image any size
   * @param options `announce`: also print `Predicted Digit: N` to the console, or
   *     `Predicted Label: ...` where the labels are not digits
   * @returns the answer, or null if the picture is blank
   * @throws {NumeralError} after a fault inside (see `restart`), or `dispose`
   */
  recognize(
    image: Picture,
    options?: {announce?: boolean},
  ): Answer | null;

  /**
   * Reads digits side by side, from left to right, in rows from top to bottom. A digit may consist of
   * several strokes; digits that touch are cut apart. A photograph of paper is told by its shading and texture: it is cleaned first, which takes up to half a
   * second (see `clean`), and turned upright.
   * @param options `announce`: also print a line for each row to the console:
   *     `Predicted Number: 2026` or, where it is one digit, `Predicted Digit: N`. `signs`: also read decimal
   *     points, commas and minuses, `'-3.5'`; without it, a row that has one is not accepted. `numbers`:
   *     also accept several numbers in a row, far apart (see `Line.numbers`)
   * @returns what is written, or null if the picture is blank
   * @throws {NumeralError} as `recognize`
   */
  read(
    image: Picture,
    options?: {announce?: boolean; signs?: boolean; numbers?: boolean},
  ): Reading | null;

  /**
   * Inspects a picture file before the browser decodes it: a few kilobytes can take gigabytes of memory
   * or minutes.
   * @returns the size in the file's header (PNG, JPEG, GIF, WebP, BMP, AVIF, HEIF), else 0; whether
   *     that is more than `clean` takes; and whether it is a JPEG with endlessly many scans
   * @throws {NumeralError} as `recognize`; and what the file throws when it cannot be read
   */
  inspect(file: Blob): Promise<{
    width: number;
    height: number;
    isTooLarge: boolean;
    isEndless: boolean;
  }>;

  /**
   * Cleans a photograph of handwriting on paper: corrects the illumination, suppresses the background,
   * ruled lines and noise, and downscales it. Returns a picture for `recognize` and `read`. What `read`
   * makes of it is what it makes of the photograph itself; but a large photograph takes a second or more
   * to clean, and this can be called in a worker.
   * @throws {NumeralError} if it has more than 100 megapixels, and as `recognize`
   */
  clean(photo: Picture | PictureRows): CleanPicture;

  /**
   * Starts it anew, without fetching anything. After a fault inside (out of memory, a failed check) all
   * other methods throw until this is called.
   * @throws {NumeralError} if it cannot be started, or after `dispose`
   */
  restart(): Promise<void>;

  /** Frees its memory; it cannot be used afterwards. */
  dispose(): void;

  private constructor();
}
