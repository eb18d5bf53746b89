// Numeral's recogniser for any web page or worker: what is drawn in an ImageData, as a digit.
//
//   import {Recognizer} from './numeral.js';
//   const recognizer = await Recognizer.load();
//   const answer = recognizer.recognize(context.getImageData(0, 0, 280, 280));
//
// Types and what each of them means: numeral.d.ts.

import {COPY_AGAIN, download, inTime, nameOf, NumeralError, renew} from './download.js';

export {NumeralError};

/** What numeral_recognize and numeral_read return. */
const RECOGNIZED = 0, BLANK = 1;

/** The files of the build that are always loaded, and the model that was built with them. */
const MODULE_FILES = ['numeral-wasm.js', 'numeral.wasm'];
const MODEL_FILES = ['digits.json', 'digits.ort'];

/** Where the files of the build are, in words that bundlers understand: beside this module. */
const FILES = {
  'assets.js': new URL('./assets.js', import.meta.url).href,
  'numeral-wasm.js': new URL('./numeral-wasm.js', import.meta.url).href,
  'numeral.wasm': new URL('./numeral.wasm', import.meta.url).href,
  'digits.json': new URL('./digits.json', import.meta.url).href,
  'digits.ort': new URL('./digits.ort', import.meta.url).href,
};

/** How often loading has failed so far. */
let failures = 0;

/** Values of the picture that the network sees: 28 x 28. */
const INPUT_VALUES = 28 * 28;

/** Pixels of a photograph that are handed over at a time: 4 MB. */
const BAND_PIXELS = 1 << 20;

/** Bytes of a picture file that are looked at at a time: 4 MB. */
const PIECE_BYTES = 1 << 22;

/** The smallest module with a SIMD instruction: a function that makes a vector. */
const SIMD_MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253,
  15, 253, 98, 11,
]);

export class Recognizer {
  /** What the classes stand for: `labels[answer.digit]`. */
  labels;

  #module;
  #handle;
  /** Why it cannot be used, while it cannot. */
  #ended = null;
  /** @type {?(() => Promise<void>)} Starts it from what was loaded; null once it is disposed of. */
  #start;
  /** @type {?Promise<void>} The start that is under way after a fault. */
  #restart = null;

  static async load({model, wasm, onprogress} = {}) {
    if (!globalThis.WebAssembly?.validate(SIMD_MODULE)) {
      throw new NumeralError('This browser cannot run the recogniser: it lacks WebAssembly SIMD. ' +
          'Use Chrome or Edge 97, Firefox 102, Safari 16.4, or anything newer.');
    }
    const assets = await importAssets();
    const counted = model ? MODULE_FILES : [...MODULE_FILES, ...MODEL_FILES];
    const received = tally(counted.map((file) => assets[file].bytes), onprogress);
    const [factory, wasmBinary, [cardBytes, modelBytes]] = await Promise.all([
      downloadCode(assets, received),
      download(wasm ? fromPage(wasm) : FILES['numeral.wasm'], assets['numeral.wasm'], received),
      model ? downloadOther(fromPage(model)) : downloadOurs(assets, received),
    ]).catch((error) => {
      ++failures;
      throw error;
    });
    const recognizer = new Recognizer();
    recognizer.labels = JSON.parse(new TextDecoder().decode(cardBytes)).labels;
    const compiled = await compile(wasmBinary);
    recognizer.#start = async () => {
      const module = await instantiate(factory.default, compiled);
      recognizer.#fill(module, cardBytes, modelBytes);
    };
    await recognizer.#start();
    return recognizer;
  }

  recognize(image, {announce = false} = {}) {
    const reading = this.#read('_numeral_recognize', image, announce);
    if (!reading) return null;
    const {box, ...answer} = reading.digits[0];
    return {...answer, milliseconds: reading.milliseconds};
  }

  read(image, {announce = false} = {}) {
    return this.#read('_numeral_read', image, announce);
  }

  async inspect(file) {
    const found = {width: 0, height: 0, isTooLarge: false, isEndless: false};
    let isJpeg = false;
    for (let first = 0; first < file.size; first += PIECE_BYTES) {
      const piece = new Uint8Array(await file.slice(first, first + PIECE_BYTES).arrayBuffer());
      if (first === 0) isJpeg = piece[0] === 0xff && piece[1] === 0xd8;
      this.#run((module) => {
        const bytes = this.#copyIn(piece);
        if (first === 0) Object.assign(found, this.#sizeIn(module, bytes, piece.length));
        if (isJpeg) {
          found.isEndless =
              Boolean(module._numeral_has_too_many_scans(bytes, piece.length, first === 0));
        }
        module._numeral_free(bytes);
      });
      // The size is at the start, but scans can be anywhere.
      if (!isJpeg || found.isTooLarge || found.isEndless) break;
    }
    return found;
  }

  clean(photo) {
    const {width, height} = photo;
    checkSize(photo);
    const rows = photo.rows ?? ((first, count) => rowsOf(photo, first, count));
    return this.#run((module) => {
      const handle = module._numeral_photo_create(width, height);
      try {
        if (!handle) throw new NumeralError(this.#lastError());
        const band = Math.max(1, Math.floor(BAND_PIXELS / width));
        for (let first = 0; first < height; first += band) {
          const count = Math.min(band, height - first);
          const data = rows(first, count);
          checkBytes(data, width, count);
          const pixels = this.#copyIn(data);
          const added = module._numeral_photo_add(handle, pixels, count);
          module._numeral_free(pixels);
          if (!added) throw new NumeralError(this.#lastError());
        }
        module._numeral_photo_clean(handle);
        const [cleanWidth, cleanHeight] =
            [module._numeral_photo_width(handle), module._numeral_photo_height(handle)];
        const pixels = module._numeral_photo_pixels(handle);
        return {
          width: cleanWidth,
          height: cleanHeight,
          data: new Uint8ClampedArray(
              module.HEAPU8.slice(pixels, pixels + cleanWidth * cleanHeight * 4).buffer),
        };
      } finally {
        module._numeral_photo_destroy(handle);
      }
    });
  }

  async restart() {
    if (!this.#start) throw new NumeralError(this.#ended);
    this.#end('The recogniser is being started anew.');
    this.#restart ??= this.#start().finally(() => (this.#restart = null));
    await this.#restart;
  }

  dispose() {
    if (!this.#start) return;
    this.#start = null;
    const [module, handle] = [this.#module, this.#handle];
    this.#end('The recogniser has been disposed of. Load another one.');
    module?._numeral_destroy(handle);
  }

  /** Hands the model to an instance of the compiled module, which is used from then on. */
  #fill(module, cardBytes, modelBytes) {
    // It may have been disposed of meanwhile.
    if (!this.#start) return;
    this.#module = module;
    this.#ended = null;
    this.#run(() => {
      const card = this.#copyIn(cardBytes);
      const model = this.#copyIn(modelBytes);
      this.#handle = module._numeral_create(card, cardBytes.length, model, modelBytes.length);
      module._numeral_free(card);
      module._numeral_free(model);
      if (!this.#handle) throw new NumeralError(this.#lastError());
    });
  }

  /** What the start of a picture file says of its size, if anything. */
  #sizeIn(module, bytes, length) {
    const size = module._numeral_picture_size(bytes, length) / 4;
    if (!size) return {};
    const [width, height, isTooLarge] = module.HEAP32.subarray(size, size + 3);
    return {width: width >>> 0, height: height >>> 0, isTooLarge: Boolean(isTooLarge)};
  }

  /**
   * Hands a picture to one of the module's functions.
   * @param {string} how the function
   * @returns {?import('./numeral.js').Reading}
   */
  #read(how, picture, announce) {
    const {width, height} = picture;
    const data = rowsOf(picture, 0, height);
    return this.#run((module) => {
      const started = performance.now();
      const pixels = this.#copyIn(data);
      const status = module[how](this.#handle, pixels, width, height);
      module._numeral_free(pixels);
      const milliseconds = performance.now() - started;
      if (status === BLANK) return null;
      if (status !== RECOGNIZED) throw new NumeralError(this.#lastError());

      if (announce) module._numeral_announce(this.#handle);
      const count = module._numeral_digit_count(this.#handle);
      const digits = Array.from({length: count}, (_, i) => this.#digit(module, i));
      return {
        text: digits.map(({digit}) => this.labels[digit]).join(''),
        confidence: digits.reduce((product, {confidence}) => product * confidence, 1),
        accepted: digits.every(({accepted}) => accepted),
        digits,
        milliseconds,
      };
    });
  }

  /** One digit of what was read latest. */
  #digit(module, index) {
    const floats = (pointer, count) => module.HEAPF32.slice(pointer / 4, pointer / 4 + count);
    const box = module._numeral_box(this.#handle, index) / 4;
    const [left, top, right, bottom] = module.HEAP32.subarray(box, box + 4);
    return {
      digit: module._numeral_digit(this.#handle, index),
      confidence: module._numeral_confidence(this.#handle, index),
      accepted: Boolean(module._numeral_accepted(this.#handle, index)),
      probabilities: floats(module._numeral_probabilities(this.#handle, index),
          module._numeral_class_count(this.#handle)),
      input: floats(module._numeral_input(this.#handle, index), INPUT_VALUES),
      box: {x: left, y: top, width: right - left, height: bottom - top},
    };
  }

  /**
   * Does something with the compiled module. What it throws itself (a failed check inside, memory
   * that has run out) leaves it in an unknown state, so that it is not used again.
   */
  #run(action) {
    if (this.#ended) throw new NumeralError(this.#ended);
    try {
      return action(this.#module);
    } catch (cause) {
      if (cause instanceof NumeralError) throw cause;
      this.#end('The recogniser has stopped after a fault and must be started anew.');
      throw new NumeralError(`${this.#ended} (${cause.message})`, {cause, retriable: true});
    }
  }

  #end(reason) {
    this.#ended = reason;
    this.#module = null;
  }

  /** Copies bytes into the module's memory; the caller frees them there. */
  #copyIn(bytes) {
    const pointer = this.#module._numeral_allocate(bytes.length);
    if (!pointer) throw new NumeralError(`There is no memory left for ${bytes.length} bytes.`);
    this.#module.HEAPU8.set(bytes, pointer);
    return pointer;
  }

  #lastError() {
    return this.#module.UTF8ToString(this.#module._numeral_last_error());
  }
}

/** @param {Uint8Array} wasmBinary @returns {Promise<WebAssembly.Module>} */
async function compile(wasmBinary) {
  try {
    return await WebAssembly.compile(wasmBinary);
  } catch (cause) {
    throw notStarted(cause);
  }
}

/**
 * A new instance of the compiled code, as Emscripten presents it.
 * @param {(options: object) => Promise<object>} createModule
 * @param {WebAssembly.Module} compiled
 */
function instantiate(createModule, compiled) {
  return new Promise((resolve, reject) => {
    const failed = (cause) => reject(notStarted(cause));
    const instantiateWasm = (imports, done) => {
      WebAssembly.instantiate(compiled, imports).then(done).catch(failed);
      return {};
    };
    createModule({instantiateWasm}).then(resolve, failed);
  });
}

/** @param {Error} cause */
function notStarted(cause) {
  return new NumeralError(`it could not be started: ${cause.message}`,
      {file: 'numeral.wasm', cause, retriable: true});
}

/** @param {{width: number, height: number}} picture */
function checkSize({width, height}) {
  if (![width, height].every((side) => Number.isInteger(side) && side >= 0 && side < 2 ** 31))
    throw new NumeralError(`picture: expected whole numbers as its size, found ${width} x ${height}`);
}

/** @param {Uint8ClampedArray} data of so many pixels */
function checkBytes(data, width, height) {
  if (data?.length !== width * height * 4) {
    throw new NumeralError(`picture: expected ${width * height * 4} bytes of RGBA for ` +
        `${width} x ${height} pixels, found ${data?.length}`);
  }
}

/** Some rows of a picture. @param {ImageData} picture */
function rowsOf(picture, first, count) {
  const {data, width, height} = picture;
  checkSize(picture);
  checkBytes(data, width, height);
  return data.subarray(first * width * 4, (first + count) * width * 4);
}

/** The URL that a caller gave, relative to the page or worker; outside a browser it is absolute. */
function fromPage(url) {
  return new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href).href;
}

/** The list of built files with their sizes and SHA-256. */
async function importAssets() {
  const file = 'assets.js';
  try {
    // After a failure it may be this list that is the wrong one.
    if (failures > 0) await renew(FILES[file]);
    return (await importFile(file, () => import('./assets.js'))).assets;
  } catch (error) {
    if (error.cause?.status !== 404) throw error;
    throw new NumeralError('This page has not been built yet: it has no assets.js. ' +
        'Run ./scripts/run.sh and open the address it prints.', {cause: error, retriable: true});
  }
}

/**
 * Imports a module of the build. Browsers keep modules, and some also that one could not be had, so
 * that it is asked for by another name after a failure.
 * @param {string} file
 * @param {() => Promise<object>} first how it is imported while nothing has failed
 */
async function importFile(file, first) {
  const url = FILES[file];
  const attempt = () => inTime(failures === 0 ? first()
      : import(/* @vite-ignore */ /* webpackIgnore: true */ `${url}#${failures}`), file);
  try {
    return await attempt();
  } catch (cause) {
    ++failures;
    if (cause instanceof NumeralError) throw cause;
    // An import does not say why it failed; this does.
    await renew(url);
    return attempt().catch((cause) => {
      ++failures;
      const problem = 'it is damaged, or the server does not send it as JavaScript';
      throw new NumeralError(`${problem} (${cause.message}). ${COPY_AGAIN}`,
          {file, cause, retriable: true});
    });
  }
}

/**
 * Adds up what has arrived of files of these sizes, and reports it.
 * @returns {(bytes: number) => void} to be told what arrives
 */
function tally(sizes, onprogress = () => {}) {
  const total = sizes.reduce((sum, bytes) => sum + bytes);
  let loaded = 0;
  const received = (bytes) => {
    loaded += bytes;
    // A file may be longer than it should be. Later, so that a fault in there ends no download.
    const progress = {loaded: Math.min(loaded, total), total};
    queueMicrotask(() => onprogress(progress));
  };
  received(0);
  return received;
}

/** The compiled module's own JavaScript, run only if it is what it should be. */
async function downloadCode(assets, received) {
  const file = 'numeral-wasm.js';
  await download(FILES[file], assets[file], received);
  return importFile(file,
      () => import(/* @vite-ignore */ /* webpackIgnore: true */ FILES[file]));
}

/** The card and the model that were built with this page. */
function downloadOurs(assets, received) {
  return Promise.all(MODEL_FILES.map((file) => download(FILES[file], assets[file], received)));
}

/** Another model: the card beside it says what SHA-256 it must have. */
async function downloadOther(url) {
  if (!/\.ort(?=$|[?#])/.test(url))
    throw new NumeralError('expected the URL of a model, ending in .ort.', {file: nameOf(url)});
  const cardUrl = url.replace(/\.ort(?=$|[?#])/, '.json');
  const card = await download(cardUrl, {});
  let expected;
  try {
    expected = JSON.parse(new TextDecoder().decode(card)).sha256.ort;
  } catch (cause) {
    throw new NumeralError('it is not a model card.', {file: nameOf(cardUrl), cause});
  }
  return [card, await download(url, {sha256: expected})];
}
