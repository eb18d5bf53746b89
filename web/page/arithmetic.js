// Shows how one value is computed: the window, the weights and the products that it is the sum of.

import {arithmeticOf, placeOf} from './layers.js';
import {nameOf, number, placeName, short, words} from './words.js';

/** So many values are named that speak for a score, and as many against it. */
const NAMED_TERMS = 8;

/** An element with a class and its content. */
export function make(name, className = '', ...content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

const sizeOf = (values) => Math.max(...values.map(Math.abs), 1e-9);

/** Numbers as a little picture: the larger, the stronger; negative ones are striped. */
function grid(values, columns, strongest) {
  const cells = values.map((value) => {
    const cell = make('span', value < 0 ? 'negative' : '', short(value));
    cell.style.setProperty('--share', Math.min(Math.abs(value) / strongest, 1));
    return cell;
  });
  const made = make('span', 'grid', ...cells);
  made.style.setProperty('--columns', columns);
  return made;
}

/** The steps from one value to the next, such as 0.5 + 0.1 = 0.6: signs and [value, caption]. */
function formula(...steps) {
  return make('p', 'formula', ...steps.map((step) => (typeof step === 'string' ? make('span', 'sign', step) :
      make('span', 'step', make('b', '', step[0]), make('small', '', step[1])))));
}

/** Something that scrolls, also by keys. */
function scrolling(label, ...content) {
  const made = make('div', 'terms', ...content);
  made.tabIndex = 0;
  made.setAttribute('role', 'region');
  made.setAttribute('aria-label', label);
  return made;
}

function convolution({terms, sum, bias, before, isRelu, value, columns}, stage) {
  const windows = sizeOf(terms.flatMap(({window}) => window));
  const weights = sizeOf(terms.flatMap((term) => term.weights));
  const products = sizeOf(terms.flatMap((term) => term.products));
  const sorted = [...terms].sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
  const rows = sorted.map((term) => make('div', 'term',
      make('b', 'of', stage.before.kind === 'input' ? words.input : words.map(term.map)),
      grid(term.window, columns, windows), make('span', 'sign', '×'),
      grid(term.weights, columns, weights), make('span', 'sign', '='),
      grid(term.products, columns, products),
      make('span', 'total', words.mapSum(term.sum))));
  const steps = [[number(sum), words.sumOf(terms.length, terms[0].window.length)], bias < 0 ? '−' : '+',
    [number(Math.abs(bias)), words.bias], '=', [number(before), words.beforeRelu]];
  if (isRelu) steps.push('→', [number(value), words.relu]);
  return [formula(...steps), make('p', 'quiet', words.convolution), scrolling(words.terms, ...rows)];
}

/** One row of a list: a name, a bar and the computation. */
function bar(name, text, share) {
  const drawn = make('span', share < 0 ? 'bar negative' : 'bar');
  drawn.style.setProperty('--share', Math.min(Math.abs(share), 1));
  return make('li', '', make('span', 'of', name), drawn, make('span', 'total', text));
}

/** What a value of the layer before is called. */
function nameIn(stage, index, labelsOf) {
  const of = stage.kind === 'flatten' && stage.before ? stage.before : stage;
  return placeName(of, placeOf(of, index), labelsOf(of));
}

function linear({terms, sum, bias, value}, {before}, labelsOf) {
  const strongest = sizeOf(terms.map(({product}) => product));
  const row = ({from, value: input, weight, product}) =>
    bar(nameIn(before, from, labelsOf), words.product(input, weight, product), product / strongest);
  const steps = formula([number(sum), words.products(terms.length)], bias < 0 ? '−' : '+',
      [number(Math.abs(bias)), words.bias], '=', [number(value), words.score]);
  const list = (title, chosen) => make('div', '', make('h4', '', title), make('ol', 'list', ...chosen.map(row)));
  const sorted = terms.filter(({product}) => product !== 0).sort((a, b) => b.product - a.product);
  if (terms.length <= 2 * NAMED_TERMS) return [steps, list(words.allTerms, sorted)];
  const positive = sorted.filter(({product}) => product > 0).slice(0, NAMED_TERMS);
  const negative = sorted.filter(({product}) => product < 0).reverse().slice(0, NAMED_TERMS);
  return [steps, make('div', 'sides', list(words.speaksFor, positive), list(words.speaksAgainst, negative))];
}

function softmax({scores, powers, sum, value}, {before}, index, labelsOf) {
  const rows = scores.map((score, i) =>
    bar(nameIn(before, i, labelsOf), words.power(score, powers[i]), powers[i] / sum));
  return [
    formula([number(powers[index], 2), words.ofScore(scores[index])], ':', [number(sum, 2), words.ofScores], '=',
        [number(value), words.share]),
    make('ol', 'list', ...rows),
  ];
}

/**
 * The elements that show how a value is computed.
 * @param {import('./layers.js').Stage} stage
 * @param {number} index of the value
 * @param {(stage) => ?string[]} labelsOf the values of a stage, where these are classes
 */
export function showArithmetic(stage, index, labelsOf) {
  const found = arithmeticOf(stage, index);
  switch (found?.kind) {
    case 'convolution':
      return convolution(found, stage);
    case 'pooling':
      return [make('p', '', words.pooling),
        make('p', 'term', grid(found.window, found.columns, sizeOf(found.window)), make('span', 'sign', '→'),
            formula([number(found.value), words.largest]))];
    case 'flatten':
      return [make('p', '', words.flatten(nameOf(stage.before), placeName(stage.before, found)))];
    case 'linear':
      return linear(found, stage, labelsOf);
    case 'softmax':
      return softmax(found, stage, index, labelsOf);
    default:
      return [make('p', '', stage.layer ? words.unknown : words.given)];
  }
}
