import { createEngine } from '../../../src/model/engines';
import { testEngine } from './contract';

testEngine(createEngine('tensorflow'));
testEngine(createEngine('wasm'));
