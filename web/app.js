// The page: drawing or photograph in, answer out.

import {AnswerView} from './answer.js';
import {drawWithKeys, listenForShortcuts} from './keyboard.js';
import {loadRecognizer, restart} from './loading.js';
import {keepOffline} from './offline.js';
import {Pad} from './pad.js';
import {listenForFiles, Photo} from './photo.js';

/** Faults in a row after which the recogniser is not started anew by itself any more. */
const MOST_FAULTS = 3;

const page = document.documentElement;
const canvas = document.getElementById('pad');
const predictButton = document.getElementById('predict');
const undoButton = document.getElementById('undo');
const redoButton = document.getElementById('redo');
const brush = document.getElementById('brush');
const fileInput = document.getElementById('file');

const pad = new Pad(canvas);
const photo = new Photo(document.getElementById('photo'));

function showTools() {
  // Under a photograph the drawing stays as it is.
  canvas.inert = photo.isThere;
  // Not `disabled`: that would take the focus away from whoever undoes with the keyboard.
  undoButton.ariaDisabled = String(photo.isThere || !pad.canUndo);
  redoButton.ariaDisabled = String(photo.isThere || !pad.canRedo);
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
drawWithKeys(pad, canvas, document.getElementById('cursor'), (steps) => {
  brush.stepUp(steps);
  setBrush();
});

const recognizer = await loadRecognizer();
const view = new AnswerView(recognizer.labels);

/** The frame that will recognise, if one is due. */
let frame = 0;

/** Faults inside the recogniser since it last read something. */
let faults = 0;

/** Shows what is written on the photograph or else drawn, and returns it; nothing where nothing is. */
function read(options) {
  cancelAnimationFrame(frame);
  frame = 0;
  const picture = photo.isThere ? photo.picture : pad.isBlank ? null : pad.image();
  const reading = picture && recognizer.read(picture, options);
  if (reading) view.show(reading, picture);
  else if (photo.isThere) view.tell(picture ? texts.photoBlank : texts.photoReading);
  else view.clear();
  if (faults > 0 && picture) {
    faults = 0;
    document.getElementById('problem').textContent = '';
  }
  return reading;
}

/** Does something with the recogniser, and starts that anew if it has a fault: the drawing stays. */
async function attempt(action) {
  if (page.dataset.state !== 'ready') return;
  try {
    action();
  } catch (fault) {
    if (fault.name !== 'NumeralError') throw fault;
    const focused = document.activeElement;
    view.clear();
    await restart(recognizer, fault, {byItself: ++faults < MOST_FAULTS});
    showReady();
    // A button that is disabled loses it.
    if (focused === predictButton) focused.focus();
  }
}

function predict() {
  const reading = read({announce: true});
  if (reading) view.announce(reading);
  else if (!photo.isThere) view.tell(texts.nothingDrawn);
}

/** Lets the answer follow the pen, once a frame. */
function follow() {
  showTools();
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    attempt(read);
  });
}

function showReady() {
  document.getElementById('status').textContent = texts.ready;
  predictButton.disabled = false;
  fileInput.disabled = false;
  page.dataset.state = 'ready';
}

pad.onchange = follow;
photo.onchange = follow;
photo.onproblem = (problem) => {
  attempt(read);
  view.tell(problem);
};
predictButton.addEventListener('click', () => attempt(predict));
listenForFiles(fileInput, canvas.parentElement, (file) => photo.open(file));

showReady();
follow();
photo.prepare();
keepOffline();
// They have served. Development servers put all links in anew for a new style, and each would load again.
for (const link of document.querySelectorAll('link[rel=preload]')) link.remove();
