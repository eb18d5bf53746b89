// The page's reading: drawing or photograph in, answer out. It loads the recogniser.

import {AnswerView} from './answer.js';
import {canvas, pad, shared, showTools} from './app.js';
import {loadRecognizer, restart} from './loading.js';
import {keepOffline} from './offline.js';
import {FrameTask, SIZE} from '../pad.js';
import {listenForFiles, Photo} from './photo.js';

/** After so many faults in a row the recogniser is started anew only when somebody wants to. */
const MAX_FAULTS = 3;

const page = document.documentElement;
const predictButton = document.getElementById('predict');
const fileInput = document.getElementById('file');

const recognizer = await loadRecognizer();
const photo = new Photo(document.getElementById('photo'));
const view = new AnswerView(recognizer.labels);

const insideDetails = document.getElementById('inside');
/** Shows the network's layers, once that is wanted. @type {?import('./inside.js').Inside} */
let inside = null;
let isInsideOpening = false;
/** What is read at the moment. @type {?import('../numeral.js').Reading} */
let latest = null;

/** Faults of the recogniser since it last read something. */
let faults = 0;

/** @type {?import('./teaching.js').Teaching} Once it has loaded. */
let teaching = null;

/** Shows what is written on the photograph, or else what is drawn. @returns what, or null if nothing */
function read(options) {
  reading.cancel();
  const {strokes, picture} = photo.isThere ? {picture: photo.picture} : pad.isBlank ? {} : pad.drawing();
  const result = strokes ? recognizer.readStrokes(strokes, {...options, picture}) :
      picture ? recognizer.read(picture, options) : null;
  if (result) view.show(result, picture ?? {width: SIZE, height: SIZE});
  else if (photo.isThere) view.showMessage(picture ? texts.photoBlank : texts.photoReading);
  else view.clear();
  latest = result;
  inside?.show(result);
  teaching?.show(result);
  if (faults > 0 && (picture || strokes)) {
    faults = 0;
    document.getElementById('problem').textContent = '';
  }
  return result;
}

/** Does something with the recogniser. After a fault that is started anew; the drawing stays. */
async function withRecovery(action) {
  if (page.dataset.state !== 'ready') return;
  try {
    action();
  } catch (fault) {
    if (fault.name !== 'NumeralError') throw fault;
    const focused = document.activeElement;
    view.clear();
    await restart(recognizer, fault, {byItself: ++faults < MAX_FAULTS});
    showReady();
    answerAwaited();
    // While it was disabled it lost the focus.
    if (focused === predictButton) focused.focus();
  }
}

function predict() {
  const result = read({announce: true});
  if (result) view.announce(result);
  else if (!photo.isThere) view.showMessage(texts.nothingDrawn);
}

/** The next reading: the answer follows the pen. */
const reading = new FrameTask(() => withRecovery(read));

function schedule() {
  showTools();
  reading.schedule();
}

/** Loads what shows the network's layers when that part of the page is opened. */
async function openInside() {
  if (inside || isInsideOpening || !insideDetails.open) return;
  isInsideOpening = true;
  const status = insideDetails.querySelector('p');
  status.textContent = '';
  try {
    const {Inside} = await import('./inside.js');
    inside = await Inside.create(insideDetails, recognizer, withRecovery);
    await withRecovery(() => inside.show(latest));
  } catch {
    status.textContent = texts.insideNotLoaded;
  }
  isInsideOpening = false;
}

function showReady() {
  document.getElementById('retry').hidden = true;
  document.getElementById('status').textContent = texts.ready;
  predictButton.disabled = false;
  fileInput.disabled = false;
  page.dataset.state = 'ready';
}

/** Brings what only those need who correct it, and what they have taught. */
async function prepareTeaching() {
  const {Teaching} = await import('./teaching.js');
  teaching = new Teaching(recognizer, {attempt: withRecovery, reread: () => reading.schedule()});
  teaching.show(latest);
  await teaching.sync();
}

/** Answers Predict if that was pressed before there was a recogniser. @returns whether it was */
function answerAwaited() {
  const {isPredictAwaited} = shared;
  shared.isPredictAwaited = false;
  if (isPredictAwaited) withRecovery(predict);
  return isPredictAwaited;
}

shared.photo = photo;
pad.onchange = schedule;
photo.onchange = schedule;
photo.onproblem = (problem) => {
  withRecovery(read);
  view.showMessage(problem);
};
predictButton.addEventListener('click', () => withRecovery(predict));
insideDetails.addEventListener('toggle', openInside);
listenForFiles(fileInput, canvas.parentElement, (file) => photo.open(file));

showTools();
showReady();
if (!answerAwaited()) withRecovery(read);
photo.prepare();
// Where it does not load, the page reads all the same.
prepareTeaching().catch(() => {});
keepOffline();
openInside();
// A development server inserts all links again for a new style, and each of these would load again.
for (const link of document.querySelectorAll('link[rel=preload]')) link.remove();
