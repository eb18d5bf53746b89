// The page: drawing in, answer out.

import {AnswerView} from './answer.js';
import {drawWithKeys, listenForShortcuts} from './keyboard.js';
import {Recognizer} from './numeral.js';
import {Pad} from './pad.js';

const page = document.documentElement;
const canvas = document.getElementById('pad');
const predictButton = document.getElementById('predict');
const undoButton = document.getElementById('undo');
const redoButton = document.getElementById('redo');
const brush = document.getElementById('brush');

const pad = new Pad(canvas);

function showTools() {
  // Not `disabled`: that would take the focus away from whoever undoes with the keyboard.
  undoButton.ariaDisabled = String(!pad.canUndo);
  redoButton.ariaDisabled = String(!pad.canRedo);
}

function setBrush() {
  pad.brush = brush.valueAsNumber;
}

pad.onchange = showTools;
showTools();
setBrush();

undoButton.addEventListener('click', () => pad.undo());
redoButton.addEventListener('click', () => pad.redo());
document.getElementById('clear').addEventListener('click', () => pad.clear());
brush.addEventListener('input', setBrush);
listenForShortcuts({
  undo: () => pad.undo(),
  redo: () => pad.redo(),
  clear: () => pad.clear(),
  predict: () => predictButton.click(),
});
drawWithKeys(pad, canvas, document.getElementById('cursor'), (steps) => {
  brush.stepUp(steps);
  setBrush();
});

// A failure here is thrown, and start.js says it on the page.
const recognizer = await Recognizer.load();
const view = new AnswerView(recognizer.labels);

/** The frame that will recognise, if one is due. */
let frame = 0;

/** Lets the answer follow the pen, once a frame, unless the recogniser has failed. */
function follow() {
  if (page.dataset.state === 'error') return;
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    const picture = pad.image();
    const reading = pad.isBlank ? null : recognizer.read(picture);
    if (reading) view.show(reading, picture);
    else view.clear();
  });
}

pad.onchange = () => {
  showTools();
  follow();
};
follow();

predictButton.addEventListener('click', () => {
  cancelAnimationFrame(frame);
  frame = 0;
  const picture = pad.image();
  const reading = recognizer.read(picture, {announce: true});
  if (!reading) return view.clear(texts.nothingDrawn);
  view.show(reading, picture);
  view.announce(reading);
});

document.getElementById('status').textContent = texts.ready;
predictButton.disabled = false;
page.dataset.state = 'ready';
