/**
 * The part of an exported module that is the same for every model, as text: it must run in any browser, far from the
 * rest of this package. It repeats records.ts, transform.ts, trees.ts, linear.ts, predict.ts and combine.ts for one row
 * at a time, with the same steps in the same order, so that the numbers are the same bit for bit; javascript.test.ts
 * compares.
 */
export const scoringModule = String.raw`
const arrayTypes = { U8: Uint8Array, U16: Uint16Array, U32: Uint32Array, F64: Float64Array };

function unpack([type, bytes, values]) {
  if (type[0] === "D") {
    const dictionary = unpack(["F64", values]);
    return Float64Array.from(unpack([type.slice(1), bytes]), (place) => dictionary[place]);
  }
  return new arrayTypes[type](Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0)).buffer);
}

function unpackTrees(learner) {
  const feature = Int32Array.from(unpack(learner.features), (value) => value - 1);
  const splits = unpack(learner.splits);
  const thresholds = unpack(learner.thresholds);
  const sets = learner.sets.map((categories) => new Set(categories));
  const roots = [];
  const next = new Uint32Array(feature.length);
  const threshold = new Float64Array(feature.length);
  const missingLeft = new Uint8Array(feature.length);
  const members = new Array(feature.length).fill(null);
  for (let node = 0, split = 0, leaf = 0; node < feature.length; ) {
    const root = node;
    roots.push(root);
    for (let end = root + 1; node < end; node++) {
      if (feature[node] < 0) {
        next[node] = leaf++ * learner.leafWidth;
        continue;
      }
      const place = splits[split] >>> 1;
      missingLeft[node] = splits[split++] & 1;
      if (place < thresholds.length) threshold[node] = thresholds[place];
      else members[node] = sets[place - thresholds.length];
      next[node] = end;
      end += 2;
    }
  }
  return { ...learner, roots, feature, next, threshold, missingLeft, members, leaves: unpack(learner.leaves) };
}

const learners = model.members.map(({ learner }) =>
  learner.kind === "trees" ? unpackTrees(learner) : { ...learner, weights: unpack(learner.weights) },
);

const datePattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

function parseDate(text) {
  const match = datePattern.exec(text);
  if (!match) return NaN;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  if (hour > 23 || minute > 59 || second > 59) return NaN;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return NaN;
  const fraction = Number((match[7] ?? "0").padEnd(3, "0").slice(0, 3));
  const zone = match[8];
  if (zone === undefined || zone === "Z") return date.setUTCHours(hour, minute, second, fraction);
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 23 || minutes > 59) return NaN;
  const offset = (zone[0] === "-" ? -1 : 1) * (hours * 60 + minutes) * 60000;
  return date.setUTCHours(hour, minute, second, fraction) - offset;
}

const millisecondsPerDay = 86400000;

const angle = (place, turn) => (2 * Math.PI * place) / turn;
const month = (time) => new Date(time).getUTCMonth();
const dayOfWeek = (time) => new Date(time).getUTCDay();
const hour = (time) => new Date(time).getUTCHours();

const dateParts = {
  elapsedDays: (time) => time / millisecondsPerDay,
  year: (time) => new Date(time).getUTCFullYear(),
  month: (time) => month(time) + 1,
  day: (time) => new Date(time).getUTCDate(),
  dayOfWeek,
  dayOfYear: (time) => {
    const newYear = new Date(time);
    newYear.setUTCMonth(0, 1);
    return Math.floor(time / millisecondsPerDay) - Math.floor(newYear.getTime() / millisecondsPerDay) + 1;
  },
  hour,
  minute: (time) => new Date(time).getUTCMinutes(),
  monthSin: (time) => Math.sin(angle(month(time), 12)),
  monthCos: (time) => Math.cos(angle(month(time), 12)),
  dayOfWeekSin: (time) => Math.sin(angle(dayOfWeek(time), 7)),
  dayOfWeekCos: (time) => Math.cos(angle(dayOfWeek(time), 7)),
  hourSin: (time) => Math.sin(angle(hour(time), 24)),
  hourCos: (time) => Math.cos(angle(hour(time), 24)),
};

const readers = {
  numeric: { expected: "a finite number", read: (value) => (Number.isFinite(value) ? value : undefined) },
  string: { expected: "text", read: (value) => (typeof value === "string" ? value : undefined) },
  datetime: {
    expected: "a date as ISO 8601 text",
    read: (value) => {
      const time = typeof value === "string" ? parseDate(value) : NaN;
      return Number.isNaN(time) ? undefined : time;
    },
  },
};

const positions = [];
for (const { categories } of model.transforms) {
  if (typeof categories === "number") positions.push(positions[categories]);
  else positions.push(categories ? new Map(categories.map((category, position) => [category, position])) : null);
}
const tables = model.transforms.map(({ values, weights }) => (values ?? weights ? unpack(values ?? weights) : null));
const inputIndex = new Map(model.inputs.map(({ name }, index) => [name, index]));

function readRow(row, number) {
  if (typeof row !== "object" || row === null) throw new TypeError("rows[" + number + "]: expected an object or a list");
  return model.inputs.map(({ name, type, nullable }, index) => {
    const key = Array.isArray(row) ? index : name;
    const value = Object.hasOwn(row, key) ? row[key] : undefined;
    const read = readers[type].read(value);
    if (read !== undefined) return read;
    if ((value === undefined || value === null) && nullable) return null;
    const got = value === undefined ? "nothing" : value === null ? "null" : "another " + typeof value;
    throw new TypeError("rows[" + number + '], column "' + name + '": expected ' + readers[type].expected + ", got " + got);
  });
}

function readDecimal(text) {
  const trimmed = text.trim();
  const value = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : NaN;
  return Number.isFinite(value) ? value : NaN;
}

const wordPattern =
  /(?=[\p{L}\p{M}\p{N}])[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}]|(?:(?![\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}])[\p{L}\p{M}\p{N}])+(?:'(?:(?![\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}])[\p{L}\p{M}\p{N}])+)*/gu;

function wordsOf(text) {
  return text.normalize("NFKC").toLowerCase().normalize("NFKC").replaceAll("\u2019", "'").match(wordPattern) ?? [];
}

function hashOn(hash, word) {
  let mixed = hash;
  for (let i = 0; i < word.length; i++) mixed = Math.imul(mixed ^ word.charCodeAt(i), 0x01000193);
  return mixed;
}

function gramsOf(words, places) {
  const place = (hash) => (hash ^ (hash >>> 16)) & (places - 1);
  const grams = [];
  let previous = 0;
  words.forEach((word, i) => {
    if (i > 0) grams.push(place(hashOn(Math.imul(previous ^ 0x20, 0x01000193), word)));
    previous = hashOn(0x811c9dc5, word);
    grams.push(place(previous));
  });
  return grams;
}

const textFeatures = {
  TermWeight: ({ term, idf }, text, words) => {
    const count = words.filter((word) => word === term).length;
    return count === 0 ? 0 : (1 + Math.log(count)) * idf;
  },
  TextLength: ({ unit }, text, words) => (unit === "words" ? words.length : text.length),
  TextScore: ({ bias }, text, words, weights) => {
    const grams = gramsOf(words, weights.length);
    let sum = 0;
    for (const gram of grams) sum += weights[gram];
    return grams.length === 0 ? bias : bias + sum / Math.sqrt(grams.length);
  },
};

const toTime = (value) => (value === null ? NaN : typeof value === "string" ? parseDate(value) : value);

function featuresOf(values) {
  const words = new Map();
  const valueOf = (column) => values[inputIndex.get(column)];
  return model.transforms.map((transform, index) => {
    const { op, column } = transform;
    const value = valueOf(column);
    switch (op) {
      case "Numeric": {
        const number = value === null ? NaN : typeof value === "string" ? readDecimal(value) : value;
        return Number.isNaN(number) ? (transform.fill ?? NaN) : number;
      }
      case "Category":
        return positions[index].get(value === null ? transform.fill : String(value)) ?? NaN;
      case "CategoryStatistic": {
        if (value === null) return transform.missing;
        const position = positions[index].get(String(value));
        return position === undefined ? transform.unknown : tables[index][position];
      }
      case "DatePart":
        return dateParts[transform.part](toTime(value));
      case "DaysBetween":
        return (toTime(value) - toTime(valueOf(transform.from))) / millisecondsPerDay;
    }
    if (value === null) return NaN;
    if (!words.has(column)) words.set(column, wordsOf(value));
    return textFeatures[op](transform, value, words.get(column), tables[index]);
  });
}

function leafOf(trees, features, root) {
  const { feature, next, threshold, missingLeft, members } = trees;
  let node = root;
  while (feature[node] >= 0) {
    const value = features[feature[node]];
    const left = Number.isNaN(value)
      ? missingLeft[node] === 1
      : members[node] !== null
        ? members[node].has(value)
        : value <= threshold[node];
    node = left ? next[node] : next[node] + 1;
  }
  return next[node];
}

function treesSums(trees, features) {
  const { roots, leaves, outputs, leafWidth } = trees;
  const sums = new Array(outputs).fill(0);
  for (let tree = 0; tree < roots.length; tree++) {
    const leaf = leafOf(trees, features, roots[tree]);
    if (leafWidth === 1) sums[tree % outputs] += leaves[leaf];
    else for (let output = 0; output < outputs; output++) sums[output] += leaves[leaf + output];
  }
  return sums.map((sum, output) => trees.base[output] + trees.scale * sum);
}

function linearSums({ encodings, intercepts, outputs, weights, width }, features) {
  const sums = intercepts.slice();
  const add = (position, value) => {
    for (let output = 0; output < outputs; output++) sums[output] += value * weights[output * width + position];
  };
  for (const encoding of encodings) {
    const value = features[encoding.feature];
    if (encoding.kind === "oneHot") {
      const known = value >= 0 && value < encoding.cardinality;
      add(encoding.position + (known ? value : encoding.cardinality), 1);
      continue;
    }
    const missing = Number.isNaN(value);
    if (encoding.kind === "binned") {
      const { cuts } = encoding;
      add(encoding.position + (missing ? cuts.length + 1 : cuts.filter((cut) => cut < value).length), 1);
      continue;
    }
    if (missing && encoding.missing >= 0) add(encoding.missing, 1);
    const [low, high] = encoding.range;
    const kept = missing ? encoding.fill : value < low ? low : value > high ? high : value;
    add(encoding.position, (kept - encoding.mean) / encoding.scale);
  }
  return sums;
}

function outputsOf(learner, features) {
  const sums = learner.kind === "trees" ? treesSums(learner, features) : linearSums(learner, features);
  return links[learner.link](sums);
}

function softmax(values) {
  const largest = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - largest));
  let sum = 0;
  for (const power of powers) sum += power;
  return powers.map((power) => power / sum);
}

const links = {
  identity: (sums) => sums,
  exp: (sums) => sums.map(Math.exp),
  sigmoid: ([sum]) => [1 / (1 + Math.exp(sum)), 1 / (1 + Math.exp(-sum))],
  softmax,
};

function bounded(probability) {
  return Math.min(Math.max(probability, model.lowestProbability), 1 - model.lowestProbability);
}

const vote = { inner: (outputs) => outputs, outer: (sums) => sums };

const stacks = {
  1: vote,
  2: {
    inner: (outputs) => {
      const kept = bounded(outputs[1]);
      return [Math.log(kept / (1 - kept))];
    },
    outer: links.sigmoid,
  },
  many: { inner: (outputs) => outputs.map((output) => Math.log(bounded(output))), outer: softmax },
};

function scoreRow(row, number) {
  const features = featuresOf(readRow(row, number));
  const { kind, intercepts } = model.combination;
  const { inner, outer } = kind === "vote" ? vote : (stacks[Math.max(1, model.labels.length)] ?? stacks.many);
  const total = kind === "vote" ? [] : intercepts.slice();
  learners.forEach((learner, index) => {
    inner(outputsOf(learner, features)).forEach((output, i) => {
      total[i] = (total[i] ?? 0) + model.members[index].weight * output;
    });
  });
  return outer(total);
}
`;

export const classificationExports = String.raw`
/** The classes, in the order of the probabilities. */
export const labels = model.labels;

/** For each row the probabilities of all labels. A row is an object by column name, or a list in schema order. */
export function predictProba(rows) {
  return Array.from(rows, scoreRow);
}

/** For each row its label: the one whose probability, times its factor where labels have some, is largest. */
export function predict(rows) {
  return predictProba(rows).map((probabilities) => {
    const values = probabilities.map((probability, i) => probability * (model.labelWeights?.[i] ?? 1));
    let best = 0;
    for (let i = 1; i < labels.length; i++) if (values[i] > values[best]) best = i;
    return labels[best];
  });
}
`;

export const regressionExports = String.raw`
/** For each row its value. A row is an object by column name, or a list in schema order. */
export function predict(rows) {
  return Array.from(rows, (row, number) => scoreRow(row, number)[0]);
}
`;
