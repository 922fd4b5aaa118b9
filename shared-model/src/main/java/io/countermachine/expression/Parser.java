package io.countermachine.expression;

import io.countermachine.expression.Token.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Parses a formula by the precedence of its operators (Pratt, "Top Down Operator Precedence"). */
final class Parser {
  /** Deeper formulas could overflow the stack, and nobody could read them. */
  private static final int DEEPEST = 100;

  private final List<Token> tokens;
  private int next;
  private int depth;

  private Parser(List<Token> tokens) {
    this.tokens = tokens;
  }

  /**
   * The parsed formula.
   *
   * @throws FormulaException at the first fault
   */
  static Node parse(String formula) {
    Parser parser = new Parser(Lexer.tokens(formula));
    Node parsed = parser.expression(Operator.LOWEST_PRECEDENCE);
    Token rest = parser.peek();
    if (rest.kind() != Kind.END) {
      throw new FormulaException(rest.position(), "expected an operator, found " + rest.shown());
    }
    return parsed;
  }

  private Token peek() {
    return tokens.get(next);
  }

  private Token take() {
    return tokens.get(next++);
  }

  private boolean takeIf(String symbol) {
    boolean found = peek().is(symbol);
    if (found) {
      next++;
    }
    return found;
  }

  private void require(String symbol) {
    if (!takeIf(symbol)) {
      throw new FormulaException(
          peek().position(), "expected \"%s\", found %s".formatted(symbol, peek().shown()));
    }
  }

  private Node expression(int lowest) {
    if (++depth > DEEPEST) {
      throw new FormulaException(
          peek().position(), "the formula is nested deeper than %d levels".formatted(DEEPEST));
    }
    Node left = operand();
    Optional<Operator> operator = Operator.between(peek());
    while (operator.isPresent() && operator.get().precedence() >= lowest) {
      int position = take().position();
      if (operator.get() == Operator.IN) {
        left = new Node.Membership(left, elements(), position);
      } else {
        // Operators of the same precedence are evaluated from left to right.
        Node right = expression(operator.get().precedence() + 1);
        left = new Node.Binary(operator.get(), left, right, position);
      }
      operator = Operator.between(peek());
    }
    depth--;
    return left;
  }

  private Node operand() {
    Token token = take();
    return switch (token.kind()) {
      case NUMBER -> new Node.Constant(token.number(), token.position());
      case TEXT -> new Node.TextConstant(token.text(), token.position());
      case QUOTED_NAME -> reference(token);
      case WORD -> wordOperand(token);
      case SYMBOL -> symbolOperand(token);
      case SEGMENT, END -> throw noOperand(token);
    };
  }

  private static FormulaException noOperand(Token token) {
    return new FormulaException(
        token.position(), "expected a number, a text or a name, found " + token.shown());
  }

  private Node wordOperand(Token word) {
    if (word.is("not")) {
      return new Node.Unary(Operator.NOT, expression(Operator.NOT.precedence()), word.position());
    }
    if (peek().is("(")) {
      return call(word);
    }
    refuseOperator(word);
    return reference(word);
  }

  private Node symbolOperand(Token symbol) {
    if (symbol.is("-")) {
      return new Node.Unary(
          Operator.NEGATE, expression(Operator.NEGATE.precedence()), symbol.position());
    }
    if (symbol.is("(")) {
      Node inner = expression(Operator.LOWEST_PRECEDENCE);
      require(")");
      return inner;
    }
    throw noOperand(symbol);
  }

  private static void refuseOperator(Token word) {
    if (Formula.isOperator(word.text())) {
      throw new FormulaException(
          word.position(),
          "\"%s\" is a word of the grammar; write a name like this in backquotes"
              .formatted(word.text()));
    }
  }

  private Node.Reference reference(Token first) {
    List<String> path = new ArrayList<>(List.of(first.text()));
    while (peek().kind() == Kind.SEGMENT) {
      path.add(take().text());
    }
    Optional<Node.Label> label = Optional.empty();
    Optional<String> interval = Optional.empty();
    if (takeIf("[")) {
      label = Optional.of(label());
      require("]");
      if (peek().kind() == Kind.SEGMENT) {
        interval = Optional.of(take().text());
      }
    }
    return new Node.Reference(List.copyOf(path), label, interval, first.position());
  }

  private Node.Label label() {
    Token token = take();
    return switch (token.kind()) {
      case TEXT -> new Node.Label(token.text(), false);
      case WORD, QUOTED_NAME -> new Node.Label(token.text(), true);
      case NUMBER, SEGMENT, SYMBOL, END ->
          throw new FormulaException(
              token.position(),
              "expected a label in quotes or the name of a field, found " + token.shown());
    };
  }

  private List<Node> elements() {
    require("[");
    List<Node> elements = new ArrayList<>();
    do {
      elements.add(expression(Operator.LOWEST_PRECEDENCE));
    } while (takeIf(","));
    require("]");
    return List.copyOf(elements);
  }

  private Node call(Token word) {
    Function function =
        Function.named(word.text())
            .orElseThrow(
                () ->
                    new FormulaException(
                        word.position(),
                        "no function is named \"%s\"; there are %s"
                            .formatted(
                                word.text(),
                                Stream.of(Function.values())
                                    .map(Function::word)
                                    .collect(Collectors.joining(", ")))));
    require("(");
    Node[] named = new Node[function.parameters().size()];
    List<Node> more = new ArrayList<>();
    int position = 0;
    if (!takeIf(")")) {
      do {
        position = argument(function, named, more, position);
      } while (takeIf(","));
      require(")");
    }
    for (int parameter = 0; parameter < named.length; parameter++) {
      if (named[parameter] == null) {
        throw new FormulaException(
            word.position(),
            "%s is missing its argument \"%s\"; it takes %s"
                .formatted(function.word(), function.parameters().get(parameter), form(function)));
      }
    }
    List<Node> arguments = new ArrayList<>(Arrays.asList(named));
    arguments.addAll(more);
    return new Node.Call(function, List.copyOf(arguments), word.position());
  }

  /** Parses one argument; returns the index of the next one without a name. */
  private int argument(Function function, Node[] named, List<Node> more, int position) {
    Token first = peek();
    boolean hasName = first.kind() == Kind.WORD && tokens.get(next + 1).is(":");
    int place = position;
    if (hasName) {
      place = function.parameters().indexOf(first.text());
      if (place < 0) {
        throw new FormulaException(
            first.position(),
            "%s has no argument \"%s\"; it takes %s"
                .formatted(function.word(), first.text(), form(function)));
      }
      next += 2;
    }
    Node value = expression(Operator.LOWEST_PRECEDENCE);
    if (place < named.length && named[place] == null) {
      named[place] = value;
    } else if (!hasName && function.takesMore()) {
      more.add(value);
    } else {
      throw new FormulaException(
          first.position(),
          place < named.length
              ? "%s is given its argument \"%s\" twice"
                  .formatted(function.word(), function.parameters().get(place))
              : "%s takes no more than %s".formatted(function.word(), form(function)));
    }
    return hasName ? position : position + 1;
  }

  private static String form(Function function) {
    return "(" + String.join(", ", function.parameters()) + ")";
  }
}
