"""Random networks over all operators, whose layers use their int8 range."""

from __future__ import annotations

from collections.abc import Callable

from network_builder import Choices, NetworkBuilder, Seeded, chance

from tinylab.engine.graph import (
    Activation,
    AddConstant,
    AveragePool2D,
    Graph,
    MaxPool2D,
    MulConstant,
    Padding,
    Window,
)


def _random_window(choices: Choices, flat: tuple[bool, bool], pooling: bool = False) -> Window:
    kernel = [1 if flat[a] else choices.integer(1, 5) for a in (0, 1)]
    if pooling and chance(choices, 60):
        stride = list(kernel)
    else:
        stride = [1 if flat[a] else choices.pick([1, 1, 2, 3]) for a in (0, 1)]
    dilation = [1 if flat[a] or pooling else choices.pick([1, 1, 1, 2]) for a in (0, 1)]
    padding = choices.pick([Padding.VALID, Padding.SAME])
    return Window((kernel[0], kernel[1]), (stride[0], stride[1]), (dilation[0], dilation[1]), padding)


def _flat(net: NetworkBuilder) -> tuple[bool, bool]:
    """Along which axes a window stays one wide: nearly always where there is only one value."""
    _, rows, columns, _ = net.last.shape
    return (rows == 1 and not chance(net.choices, 10), columns == 1 and not chance(net.choices, 10))


def _any_conv(net: NetworkBuilder) -> None:
    fits = net.conv(net.choices.integer(1, 12), _random_window(net.choices, _flat(net)))
    if fits and chance(net.choices, 40):
        net.pool(MaxPool2D, _random_window(net.choices, _flat(net), pooling=True))


def _any_depthwise(net: NetworkBuilder) -> None:
    multiplier = net.choices.pick([1, 1, 2, 3]) if net.last.shape[3] < 8 else 1
    net.depthwise(multiplier, _random_window(net.choices, _flat(net)))


def _shortcut(net: NetworkBuilder) -> None:
    first = net.at
    net.conv(net.last.shape[3], Window((3 if net.last.shape[1] > 1 else 1, 1), padding=Padding.SAME))
    net.add(first)


def _padded_conv(net: NetworkBuilder) -> None:
    net.pad()
    net.conv(net.choices.integer(1, 6), Window((3 if net.last.shape[1] > 2 else 1, 1)))


def _branches(net: NetworkBuilder) -> None:
    if net.last.elements < 2000:
        net.join()


LAYERS: dict[str, Callable[[NetworkBuilder], None]] = {
    "relu": lambda net: net.rescale(Activation.RELU),
    "relu6": lambda net: net.rescale(Activation.RELU6),
    "quantize": lambda net: net.rescale(net._activation()),
    "pointwise": lambda net: net.conv(net.choices.integer(1, 12), Window((1, 1))),
    "conv": _any_conv,
    "depthwise": _any_depthwise,
    "max": lambda net: net.pool(MaxPool2D, _random_window(net.choices, _flat(net), pooling=True)),
    "average": lambda net: net.pool(AveragePool2D, _random_window(net.choices, _flat(net), pooling=True)),
    "mul": lambda net: net.with_constant(MulConstant),
    "add constant": lambda net: net.with_constant(AddConstant),
    "logistic": lambda net: net.curve("logistic"),
    "tanh": lambda net: net.curve("tanh"),
    "pad": _padded_conv,
    "add": _shortcut,
    "join": _branches,
}
OFTEN = (*LAYERS, "conv", "conv", "depthwise", "depthwise")


def _signal_or_picture(choices: Choices) -> NetworkBuilder:
    size, channels, narrow = choices.integer(6, 29), choices.integer(1, 6), choices.integer(1, 3)
    shapes = [(size, 1, channels), (1, size, channels), (size, narrow, channels), (size // 2, size // 2, channels)]
    net = NetworkBuilder(choices, choices.pick(shapes))
    for _ in range(choices.integer(1, 8)):
        LAYERS[choices.pick(OFTEN)](net)
    if chance(choices, 40):
        net.mean()
    elif net.last.elements < 2000:
        net.reshape((1, net.last.elements))
    if net.last.elements > 255 and len(net.last.shape) > 2:
        net.mean()
    if len(net.last.shape) == 2:
        net.dense(choices.integer(2, 8))
    return net


def random_graph(choices: Choices) -> Graph:
    """A network of a few layers: dense, along rows, along columns, or over pictures."""
    if chance(choices, 80):
        net = _signal_or_picture(choices)
    else:
        net = NetworkBuilder(choices, (choices.integer(1, 39),))
        for _ in range(choices.integer(1, 3)):
            net.dense(choices.integer(1, 23))
    if len(net.last.shape) == 2 and chance(choices, 60):
        net.softmax()
    return net.graph()


def random_hybrid(choices: Choices) -> Graph:
    """A network with two inputs: layers over a signal, joined by features or by what a dense layer makes of them.

    A converter lists the layers of both branches as it likes: half of these have those of the features in front.
    """
    net = NetworkBuilder(choices, (choices.integer(6, 29), 1, choices.pick([3, 4])))
    for _ in range(choices.integer(1, 4)):
        LAYERS[choices.pick(OFTEN)](net)
    if net.last.elements > 255 or chance(choices, 50):
        net.mean()
    else:
        net.reshape((1, net.last.elements))
    first, before = net.at, len(net.operators)
    net.second_input(choices.integer(1, 60))
    if chance(choices, 50):
        net.dense(choices.integer(1, 12))
    second = net.operators[before:]
    net.join_inputs(first)
    net.dense(choices.integer(2, 8))
    if chance(choices, 60):
        net.softmax()
    if chance(choices, 50):
        net.operators = [*second, *net.operators[:before], *net.operators[before + len(second) :]]
    return net.graph()


def build_random_network(number: int) -> Graph:
    """The network of one seed."""
    return random_graph(Seeded(number))


def seeded_builder(number: int, shape: tuple[int, ...], calm: bool = False) -> NetworkBuilder:
    """To build a network on purpose; the seed gives the numbers in it."""
    return NetworkBuilder(Seeded(number), shape, calm)
