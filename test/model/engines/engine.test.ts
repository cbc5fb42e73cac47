import { createEngine } from '../../../src/model/engines/wasm';
import { testEngine } from './contract';
import { createTensorFlowEngine } from './tensorflow';

testEngine(createTensorFlowEngine());
testEngine(createEngine());
