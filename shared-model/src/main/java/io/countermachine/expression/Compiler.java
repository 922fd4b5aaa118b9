package io.countermachine.expression;

import java.util.List;
import java.util.Optional;

/** Compiles parsed formulas to expressions; a scope resolves their names. */
final class Compiler {
  private final Scope scope;

  Compiler(Scope scope) {
    this.scope = scope;
  }

  Expression compile(Node node) {
    if (node instanceof Node.Constant number) {
      return Values.number(number.value());
    }
    if (node instanceof Node.TextConstant text) {
      return Values.text(text.value());
    }
    if (node instanceof Node.Reference name) {
      return scope.formula(name).orElseGet(() -> Values.operand(scope.value(name)));
    }
    if (node instanceof Node.Unary unary) {
      Expression operand = number(unary.operand());
      return unary.operator() == Operator.NOT ? Logical.not(operand) : Numeric.negated(operand);
    }
    if (node instanceof Node.Binary binary) {
      return compile(binary);
    }
    if (node instanceof Node.Membership membership) {
      return Logical.in(
          compile(membership.value()), membership.elements().stream().map(this::compile).toList());
    }
    return compile((Node.Call) node);
  }

  /** An operand that is used as a number; a text there is a fault. */
  private Expression number(Node node) {
    Expression expression = compile(node);
    if (expression.type() == Type.TEXT) {
      throw new FormulaException(node.position(), "a text is used where a number is needed");
    }
    return expression;
  }

  private Expression compile(Node.Binary binary) {
    Node left = binary.left();
    Node right = binary.right();
    return switch (binary.operator()) {
      case DEFAULT -> Logical.orDefault(compile(left), compile(right));
      case OR -> Logical.or(number(left), number(right));
      case AND -> Logical.and(number(left), number(right));
      case EQUAL -> Logical.equal(compile(left), compile(right), true);
      case NOT_EQUAL -> Logical.equal(compile(left), compile(right), false);
      case LESS, AT_MOST, GREATER, AT_LEAST ->
          Logical.ordered(binary.operator(), compile(left), compile(right));
      case DIVIDE -> quotient(left, right);
      case ADD, SUBTRACT, MULTIPLY ->
          Numeric.binary(binary.operator(), number(left), number(right));
      case NOT, NEGATE, IN ->
          throw new IllegalStateException(binary.operator() + " does not have two operands");
    };
  }

  private Expression quotient(Node left, Node right) {
    Optional<Scope.Operand> stored =
        left instanceof Node.Reference dividend && right instanceof Node.Reference divisor
            ? scope.quotient(dividend, divisor)
            : Optional.empty();
    return stored
        .map(Values::operand)
        .orElseGet(() -> Numeric.binary(Operator.DIVIDE, number(left), number(right)));
  }

  private Expression compile(Node.Call call) {
    List<Node> arguments = call.arguments();
    return switch (call.function()) {
      case IF ->
          Logical.when(
              number(arguments.get(0)), compile(arguments.get(1)), compile(arguments.get(2)));
      case RATE -> {
        Node.Reference measure = name(call);
        yield Numeric.scaled(number(measure), 1 / scope.rateHours(measure));
      }
      case AGE -> Values.operand(scope.age(name(call)));
      case SIZE -> Values.operand(scope.size(name(call)));
      case SHARE -> Values.operand(scope.share(name(call)));
      case ENTROPY -> Values.operand(scope.entropy(name(call)));
      case CONTAINS -> Values.operand(scope.contains(name(call), field(arguments.get(1))));
      case LOG1P, LOG, SQRT, EXP, ABS, MIN, MAX, CLAMP, WILSON, SMOOTH, ZSCORE, HOUR, DAY_OF_WEEK ->
          Numeric.call(call.function(), arguments.stream().map(this::number).toList());
    };
  }

  /** The first argument of functions that take the name of a measure and not its value. */
  private static Node.Reference name(Node.Call call) {
    Node first = call.arguments().get(0);
    if (first instanceof Node.Reference name) {
      return name;
    }
    throw new FormulaException(
        first.position(),
        "%s takes the name of a measure, not a value".formatted(call.function().word()));
  }

  private static String field(Node node) {
    if (node instanceof Node.Reference name && name.path().size() == 1 && name.label().isEmpty()) {
      return name.path().get(0);
    }
    throw new FormulaException(
        node.position(), "contains takes the name of a field as its second argument");
  }
}
