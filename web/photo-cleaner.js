// Photographs of what is written on paper: inspecting their files and cleaning them, with the compiled
// module alone: no model is loaded.
//
//   import {PhotoCleaner} from './photo-cleaner.js';
//   const cleaner = await PhotoCleaner.load();
//   const picture = cleaner.clean(imageData);
//
// What the methods take and return: `inspect` and `clean` of Recognizer in numeral.d.ts.

import {checkBytes, checkSize, rowsOf, WasmModule} from './wasm-module.js';

/** Pixels of a photograph that are handed over at a time: 4 MB. */
const BAND_PIXELS = 1 << 20;

/** Bytes of a picture file that are inspected at a time: 4 MB. */
const CHUNK_BYTES = 1 << 22;

export class PhotoCleaner {
  #module;

  /** @param {WasmModule} module */
  constructor(module) {
    this.#module = module;
  }

  /** Loads the compiled module. @param {object} [options] those of WasmModule.load @throws {NumeralError} */
  static async load(options) {
    return new PhotoCleaner(await WasmModule.load(options));
  }

  /** @param {Blob} file */
  async inspect(file) {
    const found = {width: 0, height: 0, isTooLarge: false, isEndless: false};
    for (let first = 0, isDecided = false; first < file.size && !isDecided; first += CHUNK_BYTES) {
      const chunk =
          new Uint8Array(await file.slice(first, first + CHUNK_BYTES).arrayBuffer());
      this.#module.run((instance) => this.#module.withBytes(chunk, (bytes) => {
        const pointer = instance._numeral_photo_inspect(bytes, chunk.length, first === 0) / 4;
        const [width, height, ...flags] = instance.HEAP32.subarray(pointer, pointer + 5);
        const [isTooLarge, isEndless, isLast] = flags.map(Boolean);
        Object.assign(found, {width: width >>> 0, height: height >>> 0, isTooLarge, isEndless});
        isDecided = isLast;
      }));
    }
    return found;
  }

  /** @param {import('./numeral.js').Picture|import('./numeral.js').PictureRows} photo */
  clean(photo) {
    const {width, height} = photo;
    checkSize(photo);
    const rows = photo.rows ?? ((first, count) => rowsOf(photo, first, count));
    return this.#module.run((instance) => {
      const handle = instance._numeral_photo_create(width, height);
      if (!handle) this.#module.throwLastError();
      try {
        const band = Math.max(1, Math.floor(BAND_PIXELS / width));
        for (let first = 0; first < height; first += band) {
          const count = Math.min(band, height - first);
          const data = rows(first, count);
          checkBytes(data, width, count);
          const isAdded = this.#module.withBytes(data,
              (pixels) => instance._numeral_photo_add(handle, pixels, count));
          if (!isAdded) this.#module.throwLastError();
        }
        if (!instance._numeral_photo_clean(handle)) this.#module.throwLastError();
        return pictureOf(instance, handle);
      } finally {
        instance._numeral_photo_destroy(handle);
      }
    });
  }
}

/** The clean picture and the original, in memory of their own. */
function pictureOf(instance, handle) {
  const width = instance._numeral_photo_width(handle);
  const height = instance._numeral_photo_height(handle);
  const copy = (pixels) => new Uint8ClampedArray(
      instance.HEAPU8.slice(pixels, pixels + width * height * 4).buffer);
  return {
    width,
    height,
    data: copy(instance._numeral_photo_pixels(handle)),
    original: copy(instance._numeral_photo_original(handle)),
    isComplete: Boolean(instance._numeral_photo_is_complete(handle)),
  };
}
