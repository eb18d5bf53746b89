// The page without a pointer: shortcuts, and drawing with the arrow keys.

import {SIZE} from './pad.js';

/** How far an arrow key moves the pen, in the pad's pixels; with Shift. */
const STEP = 10, SMALL_STEP = 2;

const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

/** Who draws, for the pad. */
const KEYS = 'keys';

/** @param {number} position */
const onPad = (position) => Math.min(Math.max(position, 0), SIZE);

/**
 * Shortcuts that work wherever the focus is inside `root`. Single characters are shortcuts on the pad
 * only (see `drawWithKeys`): elsewhere they would interfere with screen readers and dictation.
 * @param {Document|ShadowRoot} root
 * @param {{undo: () => void, redo: () => void, clear: () => void, predict: () => void}} actions
 */
export function listenForShortcuts(root, {undo, redo, clear, predict}) {
  root.addEventListener('keydown', (event) => {
    const control = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const inControl = event.target.matches('button, input, summary, a');
    const action = control && key === 'z' ? (event.shiftKey ? redo : undo)
        : control && key === 'y' ? redo
        : control || event.altKey ? null
        : key === 'delete' ? clear
        : key === 'enter' && !inControl ? predict
        : null;
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/**
 * On the focused pad the arrow keys move a pen, Space puts it down and lifts it, and - and + make the
 * brush thinner and thicker.
 * @param {import('./pad.js').Pad} pad
 * @param {(steps: number) => void} changeBrush
 */
export function drawWithKeys(pad, changeBrush) {
  const {canvas, cursor} = pad;
  let pen = {x: SIZE / 2, y: SIZE / 2};

  const show = () => {
    cursor.hidden = false;
    cursor.classList.toggle('down', pad.isDrawing(KEYS));
    cursor.style.left = `${(pen.x / SIZE) * 100}%`;
    cursor.style.top = `${(pen.y / SIZE) * 100}%`;
  };

  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const step = event.shiftKey ? SMALL_STEP : STEP;
      pen = {
        x: onPad(pen.x + arrow[0] * step),
        y: onPad(pen.y + arrow[1] * step),
      };
      pad.extend(KEYS, pen);
    } else if (event.key === ' ') {
      if (pad.isDrawing(KEYS)) pad.end(KEYS);
      else pad.begin(KEYS, pen);
    } else if (event.key === '-' || event.key === '+') {
      return changeBrush(event.key === '+' ? 1 : -1);
    } else {
      return;
    }
    event.preventDefault();
    show();
  });
  // Using a pointer or leaving the pad ends drawing with keys.
  for (const other of ['blur', 'pointerdown']) {
    canvas.addEventListener(other, () => {
      cursor.hidden = true;
      pad.end(KEYS);
    }, {capture: true});
  }
}
