// The page: drawing in, answer out.

import {Pad} from './pad.js';
import {Recognizer} from './numeral.js';

const pad = new Pad(document.getElementById('pad'));
const predict = document.getElementById('predict');
const clear = document.getElementById('clear');
const result = document.getElementById('result');
const confidence = document.getElementById('confidence');
const status = document.getElementById('status');

/** Shows an answer (smaller, if it is in words) and how sure it is. Without arguments: nothing. */
function show(answer = '', sure = '') {
  result.textContent = answer;
  result.classList.toggle('words', answer.length > 2);
  confidence.textContent = sure;
}

/** 0.9876 as "98.7 % sure"; rounded down, since nothing is ever 100 % sure. */
function percentage(share) {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} % sure`;
}

pad.onstroke = () => show();

clear.addEventListener('click', () => {
  pad.clear();
  show();
});

// A failure here is thrown, and start.js says it on the page.
const recognizer = await Recognizer.load();

predict.addEventListener('click', () => {
  const answer = recognizer.recognize(pad.image(), {announce: true});
  if (answer) show(recognizer.labels[answer.digit], percentage(answer.confidence));
  else show('Draw a digit first');
});

predict.disabled = false;
status.textContent = 'Ready. Nothing that you draw leaves this page.';
document.documentElement.dataset.state = 'ready';
