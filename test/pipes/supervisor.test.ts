import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Harness, pipeResource, until } from './harness.js';

describe('the supervisor', () => {
  let harness: Harness;
  beforeEach(() => (harness = new Harness()));
  afterEach(() => harness.supervisor.close());

  const stateOf = async (name = 'users'): Promise<unknown> => {
    const pipe = await harness.state.pipes.get(name);
    return pipe && [pipe.currentState, pipe.stateReason];
  };

  it('says RUNNING once a pipe runs', async () => {
    await harness.run();
    assert.deepEqual(await stateOf(), ['RUNNING', 'USER_INITIATED']);
    assert.equal(harness.supervisor.status('users')!.state, 'RUNNING');
  });

  it('starts a pipe that is created later', async () => {
    await harness.supervisor.start();
    harness.stream.write('a', 1);
    await harness.state.pipes.create(pipeResource());
    await harness.pipeIs('RUNNING');
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1']);
  });

  it('does not start a pipe that is to be stopped', async () => {
    harness.stream.write('a', 1);
    await harness.run(pipeResource({ desiredState: 'STOPPED' }));
    assert.deepEqual(await stateOf(), ['STOPPED', 'USER_INITIATED']);
    assert.equal(harness.supervisor.status('users'), undefined);
    assert.equal(harness.target.requests.length, 0);
  });

  it('stops and starts a pipe, which goes on where it was', async () => {
    await harness.run();
    harness.stream.write('a', 1);
    await harness.idle();
    await harness.update('users', { desiredState: 'STOPPED', currentState: 'STOPPING' });
    await harness.pipeIs('STOPPED');
    harness.stream.write('a', 2);
    await harness.update('users', { desiredState: 'RUNNING', currentState: 'STARTING' });
    await harness.pipeIs('RUNNING');
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1', 'a=2']);
  });

  it('runs the new definition after an update, without a repeat or a gap', async () => {
    await harness.run();
    harness.stream.write('a', 1);
    await harness.idle();
    await harness.update('users', {
      generation: 2,
      currentState: 'UPDATING',
      targetParameters: { InputTemplate: 'new <$.dynamodb.NewImage.v.S>' },
    });
    harness.stream.write('a', 2);
    await harness.pipeIs('RUNNING');
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1', 'new 2']);
    assert.equal(harness.supervisor.status('users')!.delivered, 2, 'counts go on');
  });

  it('lets an item that was in flight finish before the new definition sends its next change', async () => {
    let answer: (status: number) => void = () => undefined;
    harness.target.script = () => new Promise((resolve) => (answer = resolve));
    await harness.run();
    harness.stream.write('a', 1);
    harness.stream.write('a', 2);
    await until(() => harness.target.inFlight === 1, 'the first is on its way');
    await harness.update('users', { generation: 2, currentState: 'UPDATING' });
    assert.equal(harness.target.requests.length, 1);
    harness.target.script = () => 200;
    answer(200);
    await harness.pipeIs('RUNNING');
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1', 'a=2']);
  });

  it('deletes checkpoints and definition of a deleted pipe', async () => {
    await harness.run();
    harness.stream.write('a', 1);
    await harness.idle();
    await harness.update('users', { desiredState: 'DELETED', currentState: 'DELETING' });
    await until(async () => (await stateOf()) === undefined, 'the pipe is gone');
    assert.equal(harness.state.checkpoints.saved.size, 0);
    assert.equal(harness.supervisor.status('users'), undefined);
  });

  it('starts a pipe of the same name from its own beginning', async () => {
    await harness.run();
    harness.stream.write('a', 1);
    await harness.idle();
    await harness.state.pipes.delete('users');
    await harness.state.pipes.create(pipeResource({ id: 'another' }));
    await harness.pipeIs('RUNNING');
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1', 'a=1']);
    await until(() => harness.state.checkpoints.saved.has('another'), 'its checkpoint is saved');
    assert.deepEqual([...harness.state.checkpoints.saved.keys()], ['another']);
  });

  it('settles what a crash left in between', async () => {
    await harness.run(
      pipeResource({ name: 'creating' }),
      pipeResource({ name: 'starting', currentState: 'STARTING' }),
      pipeResource({ name: 'running', currentState: 'RUNNING' }),
      pipeResource({ name: 'stopping', currentState: 'STOPPING', desiredState: 'STOPPED' }),
      pipeResource({ name: 'updating', currentState: 'UPDATING', desiredState: 'STOPPED' }),
      pipeResource({ name: 'deleting', currentState: 'DELETING', desiredState: 'DELETED' }),
    );
    const states = (await harness.state.pipes.list()).map((pipe) => [pipe.name, pipe.currentState]);
    assert.deepEqual(states, [
      ['creating', 'RUNNING'],
      ['running', 'RUNNING'],
      ['starting', 'RUNNING'],
      ['stopping', 'STOPPED'],
      ['updating', 'STOPPED'],
    ]);
  });

  it('says why a pipe cannot be created, and runs the others', async () => {
    await harness.run(
      pipeResource({ name: 'lost', source: 'arn:aws:dynamodb:us-east-1:0:table/x/stream/y' }),
      pipeResource({ name: 'wrong', targetParameters: { InputTemplate: '<aws.pipes.nothing>' } }),
      pipeResource({ name: 'enriched', enrichment: 'arn:aws:lambda:us-east-1:0:function:f' }),
      pipeResource(),
    );
    const [lostState, lostReason] = (await stateOf('lost')) as [string, string];
    assert.equal(lostState, 'CREATE_FAILED');
    assert.match(lostReason, /Requested resource not found/);
    assert.equal(((await stateOf('wrong')) as string[])[0], 'CREATE_FAILED');
    assert.equal(((await stateOf('enriched')) as string[])[0], 'CREATE_FAILED');
    harness.stream.write('a', 1);
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1']);
  });

  it('stops a pipe whose stream is gone', async () => {
    await harness.run();
    harness.stream.gone = true;
    harness.stream.write('a', 1);
    await harness.pipeIs('STOPPED');
    const [, reason] = (await stateOf()) as [string, string];
    assert.match(reason, /^Stream not found\. To resume processing please delete the pipe/);
    await harness.update('users', { currentState: 'STARTING' });
    await harness.pipeIs('START_FAILED');
  });

  it('tries again when the state table does not answer', async () => {
    harness.state.checkpoints.errors = [new Error('no answer')];
    await harness.run();
    harness.stream.write('a', 1);
    await harness.pipeIs('RUNNING');
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1']);
  });
});
