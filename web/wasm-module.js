// The compiled module, numeral.wasm: loading, compiling and running it, its memory and its faults.
// Its functions are those of src/wasm/wasm_module.cpp; numeral.js and photo-cleaner.js call them.

import {download, importFile, NumeralError} from './download.js';

/** Where its files are, in words that bundlers understand: beside this module. */
const ASSETS = new URL('./assets.js', import.meta.url).href;
const LOADER = new URL('./numeral-wasm.js', import.meta.url).href;
const WASM = new URL('./numeral.wasm', import.meta.url).href;

/** The smallest module with a SIMD instruction: a function that makes a vector. */
const SIMD_MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253,
  15, 253, 98, 11,
]);

/**
 * The list of built files with their sizes and SHA-256.
 * @returns {Promise<Record<string, {bytes: number, sha256: string}>>}
 */
export async function loadAssets() {
  try {
    return (await importFile(ASSETS, () => import('./assets.js'))).assets;
  } catch (error) {
    if (!error.message.includes('the server answered 404')) throw error;
    throw new NumeralError('This page has not been built yet: it has no assets.js. ' +
        'Run ./scripts/run.sh and open the address it prints.', {cause: error});
  }
}

/** A URL that a caller gave, relative to the page or worker; outside a browser it is absolute. */
export function fromPage(url) {
  return new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href).href;
}

/** A running instance of the compiled module. */
export class WasmModule {
  /** @type {() => Promise<object>} Makes an instance, as Emscripten presents it. */
  #instantiate;
  /** The instance; null while there is none to be used. */
  #instance = null;
  /** Why there is none. */
  #stopped = '';

  /**
   * Downloads, compiles and starts it.
   * @param {{wasm?: string|URL, onloaded?: (file: string) => void}} [options] `wasm`: where
   *     numeral.wasm is, if not beside this module; `onloaded` hears of numeral.wasm's arrival
   * @throws {NumeralError}
   */
  static async load({wasm, onloaded = () => {}} = {}) {
    if (!globalThis.WebAssembly?.validate(SIMD_MODULE)) {
      throw new NumeralError('This browser cannot run the recogniser: it lacks WebAssembly SIMD. ' +
          'Use Chrome or Edge 97, Firefox 102, Safari 16.4, or anything newer.');
    }
    const {'numeral.wasm': {sha256}} = await loadAssets();
    const [{default: createModule}, compiled] = await Promise.all([
      importFile(LOADER, (url) => import(/* @vite-ignore */ /* webpackIgnore: true */ url)),
      download(wasm ? fromPage(wasm) : WASM, sha256).then((response) => {
        onloaded('numeral.wasm');
        return compile(response);
      }),
    ]);
    const module = new WasmModule();
    module.#instantiate = () => instantiate(createModule, compiled);
    await module.start();
    return module;
  }

  /**
   * Starts a fresh instance, from what was loaded.
   * @param {() => void} [setUp] is run with it before anybody else can use it
   */
  async start(setUp = () => {}) {
    this.stop('The recogniser is being started anew.');
    this.#instance = await this.#instantiate();
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
}

/** Some rows of a picture, which is checked first. @param {import('./numeral.js').Picture} picture */
export function rowsOf(picture, first, count) {
  const {data, width, height} = picture;
  checkSize(picture);
  checkBytes(data, width, height);
  return data.subarray(first * width * 4, (first + count) * width * 4);
}

/** @param {Response} response with numeral.wasm @returns {Promise<WebAssembly.Module>} */
async function compile(response) {
  try {
    // Only then does a browser keep the compiled code; other types it does not take.
    if (response.headers.get('Content-Type') === 'application/wasm')
      return await WebAssembly.compileStreaming(response);
    return await WebAssembly.compile(await response.arrayBuffer());
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
