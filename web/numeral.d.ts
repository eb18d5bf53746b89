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
  /**
   * The best readings, where `alternatives` asks for them: at most so many, the first is this one. What is
   * hardly probable is left out, so there may be fewer. Their confidences add up to at most 1.
   */
  alternatives?: Alternative[];
  /** The duration of preprocessing, segmentation and inference. */
  milliseconds: number;
}

/** Bytes, as from a canvas, a file or a Node.js `Buffer`. */
export type Bytes = Uint8ClampedArray | Uint8Array;

// These stand for types of the DOM library, which need not be there: `URL` and `Blob`.
/** A `URL`. */
export interface UrlObject {
  readonly href: string;
}
/** A `Blob` or `File`. */
export interface BlobObject {
  readonly size: number;
  slice(start?: number, end?: number): {arrayBuffer(): Promise<ArrayBuffer>};
}

/** Something that a picture may say. */
export interface Alternative {
  /** As `Reading.text`. */
  text: string;
  /** Its probability, 0 to 1. */
  confidence: number;
}

/** What is to be read. Hints say what each row can be; a row that cannot be that is not accepted. */
export interface ReadOptions {
  /** Also print a line for each row to the console: `Predicted Number: 2026` or `Predicted Digit: N`. */
  announce?: boolean;
  /** So many of the best readings are wanted, 0 to 100: `Reading.alternatives`. Default: 0. */
  alternatives?: number;
  /** How many digits a row has: `4`, or at least 2 and at most 5: `[2, 5]`. */
  length?: number | [number, number];
  /**
   * The texts that a row can have: `['7', '42']`; at most 1,000, without signs. Confidence is then over
   * these.
   */
  among?: string[];
  /**
   * Also read decimal points, commas and minuses, `'-3.5'`. Without it, a row that has one is not accepted.
   * Default: false.
   */
  signs?: boolean;
  /** Also accept several numbers in a row, far apart (see `Line.numbers`). Default: false. */
  numbers?: boolean;
}

/** Where the pen was, in pixels: of a canvas, or CSS pixels. */
export interface StrokePoint {
  x: number;
  y: number;
  /** 0 to 1; at half pressure lines are as wide as the pen. Default: 0.5. */
  pressure?: number;
  /** In milliseconds. It makes no difference. */
  time?: number;
  /** How wide the line is there. Default: it follows from the pen's width and the pressure. */
  width?: number;
}

/** One movement of the pen, from where it was put down to where it was lifted. */
export type Stroke = StrokePoint[];

/** RGBA of any size, row by row: an `ImageData`, or an object like it. */
export interface Picture {
  readonly data: Bytes;
  readonly width: number;
  readonly height: number;
}

/** A picture that gives its rows a few at a time, so that it need not be in memory as a whole. */
export interface PictureRows {
  width: number;
  height: number;
  /** RGBA of `count` rows, starting at row `first`. */
  rows(first: number, count: number): Bytes;
}

/** A photograph that was cleaned. */
export interface CleanPicture extends Picture {
  readonly data: Uint8ClampedArray;
  /** RGBA of the same size: the photograph scaled down, in grey. */
  original: Uint8ClampedArray;
  /** False: ink of about the size and darkness of the writing was left out. `read` does not accept it. */
  isComplete: boolean;
}

/** A digit that was taught. It can be stored (IndexedDB), sent to a worker, or made JSON with an array as `input`. */
export interface Lesson {
  /** What it is: one of `Recognizer.labels`. */
  label: string;
  /** As `Digit.input`. */
  input: ArrayLike<number>;
}

export interface LoadOptions {
  /**
   * The folder of the `.wasm` files and `digits.ort`, relative to the page, if they are not
   * beside this module: where a bundler has left them behind, for example.
   */
  baseUrl?: string | UrlObject;
  /**
   * Another model in ORT format: its URL, relative to the page, or what it contains. A URL must end in
   * `.ort`; its card must lie beside it, with `.json` in place of `.ort`, or be given as `card`. The model
   * must have the SHA-256 that its card names, and may use only the operators of `digits.ort`, because
   * `numeral-models.wasm`, which runs it, contains no others. From another origin it needs CORS headers. The
   * contents of this build's own `digits.ort` need no card. Default: `digits.ort`.
   */
  model?: string | UrlObject | ArrayBuffer | ArrayBufferView;
  /** The card of `model`: its object, its JSON, or the file's contents. */
  card?: object | string;
  /**
   * `numeral.wasm` of the same build, or with another model `numeral-models.wasm`: its URL, relative to the
   * page, its contents, or these compiled to a `WebAssembly.Module`, as Cloudflare Workers import it. Default:
   * the one of the two in `baseUrl`.
   */
  wasm?: string | object;
  /** What was taught another time: `Recognizer.lessons`. A label that the model does not have is an error. */
  lessons?: Lesson[];
  /**
   * Is called at the start and whenever a file has arrived: `loaded` of `total` bytes, uncompressed.
   * Another model is not counted, nor is what was handed over.
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

/** Numbers row by row. */
export interface Tensor {
  /** The size of each dimension. */
  shape: number[];
  values: Float32Array;
}

/** One operation of the network, and what it makes of a picture: `[channels, rows, columns]` or `[values]`. */
export interface Layer extends Tensor {
  /** Unique in the model. */
  name: string;
  /** ONNX's operator, or ONNX Runtime's where several are fused into one: `'FusedConv'`. */
  operation: string;
  /** The names of what it reads: layers, parameters, or `'image'`, the network's input. */
  inputs: string[];
  /** Its settings that are whole numbers or text, such as `strides`. */
  attributes: Record<string, number[] | string>;
  /** Its second input, if that is a parameter of the model: for a convolution `[channels, input channels, rows, columns]`. */
  weights?: Tensor;
  /** Its third input, likewise. */
  bias?: Tensor;
}

/** A loaded network. Works on pages, in workers of every kind, in Node.js, Deno and Bun. */
export class Recognizer {
  /** The label of each class. */
  readonly labels: readonly string[];

  /**
   * Downloads and starts a recogniser. The compiled module, the model and its card must have the SHA-256
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
   * several strokes; digits that touch are cut apart, and not accepted unless hints ask for so many. A
   * photograph of paper is told by its shading and texture: it is cleaned first, which takes up to half
   * a second (see `clean`), and turned upright.
   * @returns what is written, or null if the picture is blank
   * @throws {NumeralError} as `recognize`
   */
  read(
    image: Picture,
    options?: ReadOptions,
  ): Reading | null;

  /**
   * Reads what was drawn: as a picture, and where that is not accepted, or seems to be fewer digits than
   * stand there, stroke by stroke. So digits may touch and overlap; the order of the strokes does not
   * matter. What is drawn over something else, or may be letters, is not accepted. Boxes are in the strokes'
   * pixels, rounded outwards.
   * @param strokes in the order of their drawing; more than 32, or 4,096 points, are a picture alone
   * @param options as for `read`; `penWidth`: how wide lines are drawn, in the strokes' pixels. Default:
   *     as wide as is usual for strokes of that height. `picture`: what the strokes look like, in their
   *     pixels. Without it, they are drawn
   * @returns what is written, or null if there are no strokes
   * @throws {NumeralError} as `recognize`
   */
  readStrokes(
    strokes: Stroke[],
    options?: ReadOptions & {penWidth?: number; picture?: Picture},
  ): Reading | null;

  /** What it was taught: keep it, and give it to `load` the next time. */
  readonly lessons: Lesson[];

  /**
   * Teaches it how somebody writes: from now on a digit like this one is read as `label`. Other digits are
   * read as before. A digit that is taught twice has the latter label. At most 1,000 can be taught.
   * @param digit a digit of a reading (its `input` is used), or an `Answer`
   * @param label one of `labels`: `'7'` or `7`
   * @throws {NumeralError} if it is no digit or no label, and as `recognize`
   */
  teach(digit: {readonly input: ArrayLike<number>}, label: string | number): void;

  /** Forgets all that it was taught. @throws {NumeralError} as `recognize` */
  forget(): void;

  /**
   * Shows what each layer of the network makes of an input (its activations), and with which weights. Takes
   * about a millisecond, and at the first call some more.
   * @param input 28 x 28 values, such as `Digit.input`
   * @returns the layers in the order in which they run; the last one's values are the probabilities
   * @throws {NumeralError} as `recognize`
   */
  inspectLayers(input: ArrayLike<number>): Layer[];

  /**
   * Shows on which places of an input an answer depends (an occlusion map): covers one place after the other
   * with 0, and reads again. Takes some hundred milliseconds.
   * @param input 28 x 28 values, such as `Digit.input`
   * @param digit the class whose probability is wanted
   * @param options `patch`: height and width of what is covered. Default: 5
   * @returns its probability with each place covered, 28 x 28 row by row
   * @throws {NumeralError} as `recognize`
   */
  occlude(input: ArrayLike<number>, digit: number, options?: {patch?: number}): Float32Array;

  /**
   * Inspects a picture file before the browser decodes it: a few kilobytes can take gigabytes of memory
   * or minutes.
   * @returns the size in the file's header (PNG, JPEG, GIF, WebP, BMP, AVIF, HEIF), else 0; whether
   *     that is more than `clean` takes; and whether it is a JPEG with endlessly many scans
   * @throws {NumeralError} as `recognize`; and what the file throws when it cannot be read
   */
  inspect(file: BlobObject): Promise<{
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
