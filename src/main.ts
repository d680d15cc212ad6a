#!/usr/bin/env node
import { runCommand } from './cli.js';

void runCommand(process.argv.slice(2));
