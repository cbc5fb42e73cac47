"""The talk's variational autoencoder in JAX: the peer that bench/model.bench.mjs compares with.

Written from the equations, apart from the library: network, loss, Adam, schedule, relabelling and error measure are all
here. Reads neighbor positions (little-endian float64, M x n x 3, in angstrom) and prints one JSON object.

    vae.py train FOLDER '{"permutations": "none", "seed": 0, ...}'
    vae.py speed FOLDER '{"batches": [256], "seconds": 2, ...}'
    vae.py serve FOLDER '{"batches": [256], ...}'    one timed round for each batch size read from the input
"""

import json
import sys
import time
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

HIDDEN = [28, 18]
LATENT = 8


def gram_vectors(x):
    """(..., n, 3) to (..., n(n+1)/2): upper triangle of x x^T, row-major."""
    rows, columns = np.triu_indices(x.shape[-2])
    return jnp.einsum("...ik,...jk->...ij", x, x)[..., rows, columns]


def fit_normalization(x):
    """Mean and population deviation of each entry: one pair for the diagonal, one for the rest."""
    n = x.shape[1]
    rows, columns = np.triu_indices(n)
    grams = np.einsum("mik,mjk->mij", x, x)[:, rows, columns]
    mean = np.empty(len(rows))
    deviation = np.empty(len(rows))
    for kind in (rows == columns, rows != columns):
        mean[kind] = grams[:, kind].mean()
        deviation[kind] = grams[:, kind].std()
    return jnp.asarray(mean, jnp.float32), jnp.asarray(deviation, jnp.float32)


def relabel(key, x, mode):
    """A random relabelling of each sample's neighbors, by the order of random numbers."""
    if mode == "none":
        return x
    order = jax.random.uniform(key, x.shape[:2])
    if mode == "shells":
        order = order + (jnp.arange(x.shape[1]) >= 4)
    return jnp.take_along_axis(x, jnp.argsort(order, axis=1)[:, :, None], axis=1)


def initial_weights(key, size, variational):
    def dense(key, inputs, outputs):
        limit = np.sqrt(6 / (inputs + outputs))
        return jax.random.uniform(key, (inputs, outputs), minval=-limit, maxval=limit), jnp.zeros(outputs)

    encoder = [size, *HIDDEN]
    decoder = [LATENT, *HIDDEN[::-1], size]
    shapes = list(zip(encoder, encoder[1:])) + [(HIDDEN[-1], LATENT)] * (2 if variational else 1)
    shapes += list(zip(decoder, decoder[1:]))
    layers = [dense(k, *shape) for k, shape in zip(jax.random.split(key, len(shapes)), shapes)]
    heads = len(HIDDEN)
    split = heads + (2 if variational else 1)
    return {"encoder": layers[:heads], "heads": layers[heads:split], "decoder": layers[split:]}


def encode(weights, g):
    for w, b in weights["encoder"]:
        g = jnp.tanh(g @ w + b)
    return [g @ w + b for w, b in weights["heads"]]


def decode(weights, z):
    for w, b in weights["decoder"][:-1]:
        z = jnp.tanh(z @ w + b)
    w, b = weights["decoder"][-1]
    return z @ w + b


def loss(weights, g, noise, beta):
    heads = encode(weights, g)
    if len(heads) == 1:
        return jnp.mean(jnp.sum((decode(weights, heads[0]) - g) ** 2, axis=1))
    mean, log_variance = heads
    z = mean + jnp.exp(log_variance / 2) * noise
    kl = 0.5 * jnp.sum(jnp.exp(log_variance) + mean**2 - 1 - log_variance, axis=1)
    return jnp.mean(jnp.sum((decode(weights, z) - g) ** 2, axis=1) + beta * kl)


def training_step(x, mean, deviation, key, config, carry, step):
    weights, first, second = carry
    rows_key, labels_key, noise_key = jax.random.split(jax.random.fold_in(key, step), 3)
    chosen = x[jax.random.randint(rows_key, (config["batch"],), 0, len(x))]
    g = (gram_vectors(relabel(labels_key, chosen, config["permutations"])) - mean) / deviation
    noise = jax.random.normal(noise_key, (config["batch"], LATENT)) if config["variational"] else None
    value, gradient = jax.value_and_grad(loss)(weights, g, noise, config["beta"])
    rate = config["learningRate"] / 2 * (1 + jnp.cos(jnp.pi * step / config["steps"]))
    first = jax.tree.map(lambda m, d: 0.9 * m + 0.1 * d, first, gradient)
    second = jax.tree.map(lambda v, d: 0.999 * v + 0.001 * d**2, second, gradient)
    one, two = 1 - 0.9 ** (step + 1.0), 1 - 0.999 ** (step + 1.0)
    weights = jax.tree.map(
        lambda w, m, v: w - rate * (m / one) / (jnp.sqrt(v / two) + 1e-8), weights, first, second
    )
    return (weights, first, second), value


def make_trainer(x, config):
    """Jitted training for `config['scan']` steps from a given step, all of it one lax.scan."""
    mean, deviation = fit_normalization(x)
    x = jnp.asarray(x, jnp.float32)
    key = jax.random.key(config["seed"], impl=config.get("generator"))
    zero_key, key = jax.random.split(key)
    weights = initial_weights(zero_key, len(mean), config["variational"])
    zeros = jax.tree.map(jnp.zeros_like, weights)
    step = partial(training_step, x, mean, deviation, key, config)
    run = jax.jit(lambda carry, start: jax.lax.scan(step, carry, start + jnp.arange(config["scan"])))
    return run, (weights, zeros, zeros), (mean, deviation)


def normalized_error(weights, normalization, x, mode, key, draws=8):
    mean, deviation = normalization
    total = 0.0
    for draw in range(draws):
        labelled = relabel(jax.random.fold_in(key, draw), jnp.asarray(x, jnp.float32), mode)
        g = (gram_vectors(labelled) - mean) / deviation
        total += float(jnp.mean((decode(weights, encode(weights, g)[0]) - g) ** 2)) / draws
    return total


def train(train_x, test_x, config):
    run, carry, normalization = make_trainer(train_x, {**config, "scan": config["steps"]})
    begun = time.perf_counter()
    (weights, _, _), losses = run(carry, 0)
    losses.block_until_ready()
    key = jax.random.key(config["seed"] + 1000)
    error = partial(normalized_error, weights, normalization, mode=config["permutations"], key=key)
    return {"train": error(x=train_x), "test": error(x=test_x), "seconds": time.perf_counter() - begun}


def speed(x, config):
    """Samples per second of the compiled loop, best of the rounds that fit into the time, by batch size."""
    found = {}
    for batch in config["batches"]:
        run, carry, _ = make_trainer(x, {**config, "batch": batch, "scan": max(20, 65536 // batch), "steps": 10**6})
        jax.block_until_ready(run(carry, 0))
        best, until = 0.0, time.perf_counter() + config["seconds"]
        while time.perf_counter() < until:
            begun = time.perf_counter()
            jax.block_until_ready(run(carry, 0))
            best = max(best, batch * max(20, 65536 // batch) / (time.perf_counter() - begun))
        found[batch] = best
    return found


def serve(x, config):
    """Answers each batch size read with the samples per second of one round of its compiled loop."""
    trainers = {}
    for batch in config["batches"]:
        scan = max(20, 65536 // batch)
        run, carry, _ = make_trainer(x, {**config, "batch": batch, "scan": scan, "steps": 10**6})
        jax.block_until_ready(run(carry, 0))
        trainers[batch] = run, carry, scan
    print("ready", flush=True)
    for line in sys.stdin:
        run, carry, scan = trainers[int(line)]
        begun = time.perf_counter()
        jax.block_until_ready(run(carry, 0))
        print(int(line) * scan / (time.perf_counter() - begun), flush=True)


def main():
    command, folder, text = sys.argv[1:]
    config = {"batch": 1024, "steps": 4000, "learningRate": 3e-3, "beta": 0.01, "variational": True, "seed": 0}
    config |= {"permutations": "none", **json.loads(text)}
    read = lambda name: np.fromfile(Path(folder) / name, "<f8").reshape(-1, config["atoms"], 3)
    if command == "serve":
        return serve(read("train.bin"), config)
    if command == "train":
        result = train(read("train.bin"), read("test.bin"), config)
    else:
        result = speed(read("train.bin"), config)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
