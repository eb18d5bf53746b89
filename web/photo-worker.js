// Cleans photographs away from the page, so that it stays responsive however large they are.
//
// Takes `{file: Blob, shown: number}`, `shown` the longest side that is to be shown, in pixels, and
// answers once, with `{picture: Picture, shown: ImageBitmap}`: the clean picture, for the
// recogniser to read, and the photograph, for people to see; or with `{problem: string}`, empty
// where the file is no picture.

import {Recognizer} from './numeral.js';

const loading = Recognizer.load();
// What keeps it from loading is said once there is something to do.
loading.catch(() => {});

onmessage = async ({data: {file, shown}}) => {
  let bitmap;
  try {
    // As it is held upright, whatever way the camera was.
    bitmap = await createImageBitmap(file, {imageOrientation: 'from-image'});
  } catch {
    return postMessage({problem: ''});
  }
  try {
    const recognizer = await loading;
    const picture = recognizer.clean(rowsOf(bitmap));
    const small = shrunk(bitmap, shown);
    postMessage({picture, shown: small}, [picture.data.buffer, small]);
  } catch (error) {
    postMessage({problem: error.message});
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
