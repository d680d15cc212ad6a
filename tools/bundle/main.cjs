#!/usr/bin/env node
'use strict';
const { keepCompiled, runCommand } = require('./load.js');

const words = process.argv.slice(2);
// What a service has compiled that ends in order is what the next start needs.
if ((words[0] ?? 'start') === 'start') process.once('exit', (code) => code === 0 && keepCompiled());
void runCommand(words);
