// The compiled modules: loading, compiling and running one of them, its memory and its faults.
// Its functions are those of src/wasm/wasm_module.cpp; numeral.js and photo-cleaner.js call them.

import {assets, otherAssets} from './assets.js';
import {absolute, copyOfBytes, download, locate, matches, NumeralError} from './download.js';
import createModule from './numeral-wasm.js';

/**
 * A file with a compiled module. Bundlers understand how `besideThis` puts it, and carry it along.
 * @typedef {{file: string, asset: {bytes: number, sha256: string}, besideThis: () => URL}} ModuleFile
 */

/** @type {ModuleFile} Starts with this build's model loaded, and runs no other. */
export const ownModel = {
  file: 'numeral.wasm',
  asset: assets['numeral.wasm'],
  besideThis: () => new URL('./numeral.wasm', import.meta.url),
};

/** @type {ModuleFile} Loads any model. */
export const anyModel = {
  file: 'numeral-models.wasm',
  asset: otherAssets['numeral-models.wasm'],
  besideThis: () => new URL('./numeral-models.wasm', import.meta.url),
};

/** The smallest module with a SIMD instruction: a function that makes a vector. */
const SIMD_MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253,
  15, 253, 98, 11,
]);

/** A running instance of a compiled module. */
export class WasmModule {
  /** @type {ModuleFile} */
  #source;
  /** @type {WebAssembly.Module} */
  #compiled;
  /** The instance; null while there is none to be used. */
  #instance = null;
  /** Why there is none. */
  #stopped = '';

  /**
   * Downloads, compiles and starts it.
   * @param {{source?: ModuleFile, wasm?: string|URL|WebAssembly.Module|ArrayBuffer|ArrayBufferView,
   *     baseUrl?: string|URL, onloaded?: (file: string) => void}} [options] `wasm`: where the file is, or
   *     what it contains; `baseUrl`: the folder that it is in; without both, it is beside this module;
   *     `onloaded` hears of its arrival
   * @throws {NumeralError}
   */
  static async load({source = ownModel, wasm, baseUrl, onloaded = () => {}} = {}) {
    if (!globalThis.WebAssembly?.validate(SIMD_MODULE)) {
      throw new NumeralError('This browser cannot run the recogniser: it lacks WebAssembly SIMD. ' +
          'Use Chrome or Edge 97, Firefox 102, Safari 16.4, or anything newer.');
    }
    const module = new WasmModule();
    module.#source = source;
    module.#compiled = await compiledFrom(source, wasm, baseUrl, onloaded);
    await module.start();
    return module;
  }

  /**
   * Starts a fresh instance, from what was loaded.
   * @param {() => void} [setUp] is run with it before anybody else can use it
   */
  async start(setUp = () => {}) {
    this.stop('The recogniser is being started anew.');
    this.#instance = await instantiate(this.#source.file, this.#compiled);
    setUp();
  }

  /** Ends the use of the instance. @param {string} reason what whoever uses it all the same is told */
  stop(reason) {
    this.#instance = null;
    this.#stopped = reason;
  }

  get isRunning() {
    return Boolean(this.#instance);
  }

  /**
   * Does something with the instance. What that throws itself (a failed check inside, memory that has
   * run out) leaves it in an unknown state, so it is not used again.
   * @template T
   * @param {(instance: object) => T} action
   * @returns {T}
   * @throws {NumeralError}
   */
  run(action) {
    if (!this.#instance) throw new NumeralError(this.#stopped);
    try {
      return action(this.#instance);
    } catch (cause) {
      if (cause instanceof NumeralError) throw cause;
      this.stop('The recogniser has stopped after a fault and must be started anew.');
      throw new NumeralError(`${this.#stopped} (${cause.message})`, {cause, retriable: true});
    }
  }

  /**
   * Copies bytes into the module's memory for as long as something is done with them there.
   * @template T
   * @param {Uint8Array|Uint8ClampedArray} bytes
   * @param {(pointer: number) => T} action
   * @returns {T}
   */
  withBytes(bytes, action) {
    const instance = this.#instance;
    const pointer = instance._numeral_allocate(bytes.length);
    if (!pointer) throw new NumeralError(`There is no memory left for ${bytes.length} bytes.`);
    instance.HEAPU8.set(bytes, pointer);
    const result = action(pointer);
    instance._numeral_free(pointer);
    return result;
  }

  /** Throws what went wrong in the latest call that failed. @returns {never} */
  throwLastError() {
    throw new NumeralError(this.#instance.UTF8ToString(this.#instance._numeral_last_error()));
  }
}

/** @param {{width: number, height: number}} picture */
export function checkSize({width, height}) {
  if (![width, height].every((side) => Number.isInteger(side) && side >= 0 && side < 2 ** 31))
    throw new NumeralError(`picture: expected whole numbers as its size, found ${width} x ${height}`);
}

/** @param {Uint8ClampedArray} data of so many pixels */
export function checkBytes(data, width, height) {
  if (data?.length !== width * height * 4) {
    throw new NumeralError(`picture: expected ${width * height * 4} bytes of RGBA for ` +
        `${width} x ${height} pixels, found ${data?.length}`);
  }
  // Not `instanceof`: it may be of another frame, or of a test's environment.
  const kind = Object.prototype.toString.call(data).slice(8, -1);
  if (!/^Uint8(Clamped)?Array$/.test(kind)) {
    throw new NumeralError('picture: expected bytes, 0 to 255, in a Uint8ClampedArray or Uint8Array, ' +
        `found ${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}`);
  }
}

/** Some rows of a picture, which is checked first. @param {import('./numeral.js').Picture} picture */
export function rowsOf(picture, first, count) {
  const {data, width, height} = picture;
  checkSize(picture);
  checkBytes(data, width, height);
  return data.subarray(first * width * 4, (first + count) * width * 4);
}

/**
 * The compiled code, of what was given or else downloaded.
 * @returns {Promise<WebAssembly.Module>}
 */
async function compiledFrom({file, asset, besideThis}, wasm, baseUrl, onloaded) {
  // Not `instanceof`: it may be of another frame, or of a test's environment.
  if (Object.prototype.toString.call(wasm) === '[object WebAssembly.Module]') return wasm;
  const {sha256} = asset;
  const bytes = copyOfBytes(wasm);
  if (bytes && !await matches(bytes, sha256))
    throw new NumeralError('the bytes in `wasm` are not those of this build.', {file});
  if (bytes) return compile(file, new Response(bytes));
  const url = wasm ? absolute(wasm) : locate(file, besideThis, baseUrl);
  const response = await download(url, {sha256, file});
  onloaded(file);
  return compile(file, response);
}

/** @param {string} file its name @param {Response} response with it @returns {Promise<WebAssembly.Module>} */
async function compile(file, response) {
  try {
    // Only then does a browser keep the compiled code; other types it does not take.
    if (response.headers.get('Content-Type') === 'application/wasm')
      return await WebAssembly.compileStreaming(response);
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (cause) {
    throw notStarted(file, cause);
  }
}

/**
 * A new instance of the compiled code, as Emscripten presents it.
 * @param {string} file its name @param {WebAssembly.Module} compiled
 */
function instantiate(file, compiled) {
  return new Promise((resolve, reject) => {
    const failed = (cause) => reject(notStarted(file, cause));
    const instantiateWasm = (imports, done) => {
      WebAssembly.instantiate(compiled, imports).then(done).catch(failed);
      return {};
    };
    createModule({instantiateWasm}).then(resolve, failed);
  });
}

/** @param {string} file @param {Error} cause */
function notStarted(file, cause) {
  return new NumeralError(`it could not be started: ${cause.message}`,
      {file, cause, retriable: true});
}
