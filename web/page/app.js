// The page's drawing. It needs nothing of the recogniser, so that the pad takes ink before that has
// arrived: reading.js loads it, and reads what is drawn by then.

import './blocked.js';
import {drawWithKeys, listenForShortcuts} from '../keyboard.js';
import {Pad} from '../pad.js';

const page = document.documentElement;
const predictButton = document.getElementById('predict');
const undoButton = document.getElementById('undo');
const redoButton = document.getElementById('redo');
const brush = document.getElementById('brush');

export const canvas = document.getElementById('pad');
export const pad = new Pad(canvas, document.getElementById('cursor'));

/** What reading.js adds: the photograph, and whether Predict was pressed before there was a recogniser. */
export const shared = {
  /** @type {?import('./photo.js').Photo} */
  photo: null,
  isPredictAwaited: false,
};

const isDrawing = () => !shared.photo?.isThere;

export function showTools() {
  // Under a photograph the drawing stays as it is.
  canvas.inert = !isDrawing();
  // Not `disabled`: whoever undoes with the keyboard would lose the focus.
  undoButton.setAttribute('aria-disabled', !isDrawing() || !pad.canUndo);
  redoButton.setAttribute('aria-disabled', !isDrawing() || !pad.canRedo);
}

function setBrush() {
  pad.brush = brush.valueAsNumber;
}

function undo() {
  if (isDrawing()) pad.undo();
}

function redo() {
  if (isDrawing()) pad.redo();
}

function clear() {
  if (isDrawing()) pad.clear();
  else shared.photo.remove();
}

/** Has the answer wait for the recogniser. */
function awaitPrediction() {
  if (page.dataset.state !== 'loading') return;
  shared.isPredictAwaited = true;
  document.getElementById('status').textContent = texts.predictAwaited;
}

pad.onchange = showTools;
showTools();
setBrush();

undoButton.addEventListener('click', undo);
redoButton.addEventListener('click', redo);
document.getElementById('clear').addEventListener('click', clear);
predictButton.addEventListener('click', awaitPrediction);
brush.addEventListener('input', setBrush);
listenForShortcuts(document, {undo, redo, clear, predict: () => predictButton.click()});
drawWithKeys(pad, (steps) => {
  brush.stepUp(steps);
  setBrush();
});
// start.js may have reported that a file is late.
predictButton.disabled = page.dataset.state !== 'loading';
