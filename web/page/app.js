// The page: drawing or photograph in, answer out.

import {AnswerView} from './answer.js';
import {drawWithKeys, listenForShortcuts} from '../keyboard.js';
import {loadRecognizer, restart} from './loading.js';
import {keepOffline} from './offline.js';
import {FrameTask, Pad} from '../pad.js';
import {listenForFiles, Photo} from './photo.js';

/** After so many faults in a row the recogniser is started anew only when somebody wants to. */
const MAX_FAULTS = 3;

const page = document.documentElement;
const canvas = document.getElementById('pad');
const predictButton = document.getElementById('predict');
const undoButton = document.getElementById('undo');
const redoButton = document.getElementById('redo');
const brush = document.getElementById('brush');
const fileInput = document.getElementById('file');

const pad = new Pad(canvas, document.getElementById('cursor'));
const photo = new Photo(document.getElementById('photo'));

function showTools() {
  // Under a photograph the drawing stays as it is.
  canvas.inert = photo.isThere;
  // Not `disabled`: whoever undoes with the keyboard would lose the focus.
  undoButton.setAttribute('aria-disabled', photo.isThere || !pad.canUndo);
  redoButton.setAttribute('aria-disabled', photo.isThere || !pad.canRedo);
}

function setBrush() {
  pad.brush = brush.valueAsNumber;
}

function undo() {
  if (!photo.isThere) pad.undo();
}

function redo() {
  if (!photo.isThere) pad.redo();
}

function clear() {
  if (photo.isThere) photo.remove();
  else pad.clear();
}

pad.onchange = showTools;
showTools();
setBrush();

undoButton.addEventListener('click', undo);
redoButton.addEventListener('click', redo);
document.getElementById('clear').addEventListener('click', clear);
brush.addEventListener('input', setBrush);
listenForShortcuts(document, {undo, redo, clear, predict: () => predictButton.click()});
drawWithKeys(pad, (steps) => {
  brush.stepUp(steps);
  setBrush();
});

const recognizer = await loadRecognizer();
const view = new AnswerView(recognizer.labels);

/** Faults of the recogniser since it last read something. */
let faults = 0;

/** Shows what is written on the photograph, or else what is drawn. @returns what, or null if nothing */
function read(options) {
  reading.cancel();
  const {strokes, picture} = photo.isThere ? {picture: photo.picture} : pad.isBlank ? {} : pad.drawing();
  const result = strokes ? recognizer.readStrokes(strokes, {...options, picture}) :
      picture ? recognizer.read(picture, options) : null;
  if (result) view.show(result, picture);
  else if (photo.isThere) view.showMessage(picture ? texts.photoBlank : texts.photoReading);
  else view.clear();
  if (faults > 0 && picture) {
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

function showReady() {
  document.getElementById('retry').hidden = true;
  document.getElementById('status').textContent = texts.ready;
  predictButton.disabled = false;
  fileInput.disabled = false;
  page.dataset.state = 'ready';
}

pad.onchange = schedule;
photo.onchange = schedule;
photo.onproblem = (problem) => {
  withRecovery(read);
  view.showMessage(problem);
};
predictButton.addEventListener('click', () => withRecovery(predict));
listenForFiles(fileInput, canvas.parentElement, (file) => photo.open(file));

showReady();
schedule();
photo.prepare();
keepOffline();
// A development server inserts all links again for a new style, and each of these would load again.
for (const link of document.querySelectorAll('link[rel=preload]')) link.remove();
