// Cleans photographs away from the page, so that it stays responsive however large they are.
//
// Says `{isReady: true}` once. Then it takes `{file: Blob, shown: number}`, `shown` the longest side
// that is to be shown, in pixels, one at a time, and answers with `{picture: Picture, shown:
// ImageBitmap}`: the clean picture, for the recogniser to read, and the photograph, for people to
// see; with `{size}`, where it has too many pixels; or with `{}`, where the file is no picture.
// `{problem: string}` at any time is its last word.

import {Recognizer} from './numeral.js';

const fail = (error) => postMessage({problem: error.message});

const loading = Recognizer.load();
loading.then(() => postMessage({isReady: true}), fail);

onmessage = async ({data: {file, shown}}) => {
  const recognizer = await loading;
  let bitmap;
  try {
    // Before the browser unpacks it, which would take the memory that it claims, or for ever.
    const {width, height, isTooLarge, isEndless} = await recognizer.inspect(file);
    if (isTooLarge) return postMessage({size: {width, height}});
    if (isEndless) return postMessage({});
    // As it is held upright, whatever way the camera was.
    bitmap = await createImageBitmap(file, {imageOrientation: 'from-image'});
  } catch (error) {
    return error.name === 'NumeralError' ? fail(error) : postMessage({});
  }
  try {
    const picture = recognizer.clean(rowsOf(bitmap));
    const small = shrunk(bitmap, shown);
    postMessage({picture, shown: small}, [picture.data.buffer, small]);
  } catch (error) {
    fail(error);
  } finally {
    bitmap.close();
  }
};

/** A picture that gives its rows a few at a time. @param {ImageBitmap} bitmap */
function rowsOf(bitmap) {
  const {width, height} = bitmap;
  const canvas = new OffscreenCanvas(width, 1);
  const context = canvas.getContext('2d', {willReadFrequently: true});
  return {
    width,
    height,
    rows(first, count) {
      // That clears it as well.
      canvas.height = count;
      context.drawImage(bitmap, 0, -first);
      return context.getImageData(0, 0, width, count).data;
    },
  };
}

/** The picture, made so small that its longest side is `side`. @param {ImageBitmap} bitmap */
function shrunk(bitmap, side) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map(
      (size) => Math.max(1, Math.round(size * scale)));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  return canvas.transferToImageBitmap();
}
