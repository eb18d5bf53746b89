// The pad, the recogniser on the page, and another one in a module worker.

import {Recognizer} from 'numeral-recognizer';
import {NumeralPad} from 'numeral-recognizer/numeral-pad';

NumeralPad.load = () => Recognizer.load();
NumeralPad.texts = {...NumeralPad.texts, predict: 'Lies'};

const show = (id, text) => (document.getElementById(id).textContent = text);

/** A 7. */
function picture() {
  const context = document.createElement('canvas').getContext('2d');
  context.lineWidth = 16;
  context.stroke(new Path2D('M 60 40 H 140 L 90 140'));
  return context.getImageData(0, 0, 200, 150);
}

document.getElementById('pad').addEventListener('input', ({target}) => show('drawn', target.value));

Recognizer.load().then(
    (recognizer) => show('page', recognizer.read(picture()).text),
    ({message}) => show('page', message));

const worker = new Worker(new URL('./worker.js', import.meta.url), {type: 'module'});
worker.onmessage = ({data}) => show('worker', data);
worker.onerror = ({message}) => show('worker', `the worker did not start: ${message}`);
worker.postMessage(picture());
