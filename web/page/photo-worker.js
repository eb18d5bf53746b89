// Cleans photographs off the main thread, so that the page stays responsive.
//
// Posts `{isReady: true}` once. Then it takes `{file: Blob, shown: number}` one at a time, `shown` being
// the longest side to be shown, in pixels. It answers with `{picture: CleanPicture, shown: ImageBitmap}`, the
// clean picture for the recogniser and the photograph for people; with `{size}` if that has too many
// pixels; with `{isHidden: true}` if the browser does not tell what is on a canvas; or with `{}` if the file is no
// picture. `{problem: string}` is its last message.

import {adviseSiteOwner} from '../download.js';
import {canvasTellsTrue} from '../pad.js';
import {PhotoCleaner} from '../photo-cleaner.js';

adviseSiteOwner();

const fail = (error) => postMessage({problem: error.message});

const loading = PhotoCleaner.load({baseUrl: new URL('..', import.meta.url)});
loading.then(() => postMessage({isReady: true}), fail);

onmessage = async ({data: {file, shown}}) => {
  const cleaner = await loading;
  if (!canvasTellsTrue(new OffscreenCanvas(8, 1).getContext('2d'))) return postMessage({isHidden: true});
  let bitmap;
  try {
    // Before the browser decodes it, which could take gigabytes, or forever.
    const {width, height, isTooLarge, isEndless} = await cleaner.inspect(file);
    if (isTooLarge) return postMessage({size: {width, height}});
    if (isEndless) return postMessage({});
    // With its EXIF orientation applied.
    bitmap = await createImageBitmap(file, {imageOrientation: 'from-image'});
  } catch (error) {
    return error.name === 'NumeralError' ? fail(error) : postMessage({});
  }
  try {
    const picture = cleaner.clean(rowsOf(bitmap));
    const small = downscaled(bitmap, shown);
    postMessage({picture, shown: small}, [picture.data.buffer, picture.original.buffer, small]);
  } catch (error) {
    fail(error);
  } finally {
    bitmap.close();
  }
};

/** Gives the bitmap's rows a few at a time. @param {ImageBitmap} bitmap */
function rowsOf(bitmap) {
  const {width, height} = bitmap;
  const canvas = new OffscreenCanvas(width, 1);
  const context = canvas.getContext('2d', {willReadFrequently: true});
  return {
    width,
    height,
    rows(first, count) {
      // This clears it as well.
      canvas.height = count;
      context.drawImage(bitmap, 0, -first);
      return context.getImageData(0, 0, width, count).data;
    },
  };
}

/** The bitmap with a longest side of at most `side`. @param {ImageBitmap} bitmap */
function downscaled(bitmap, side) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map(
      (size) => Math.max(1, Math.round(size * scale)));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  return canvas.transferToImageBitmap();
}
