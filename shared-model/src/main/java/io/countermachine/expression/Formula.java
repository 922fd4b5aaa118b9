package io.countermachine.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A parsed formula whose names are not resolved yet. */
public final class Formula {
  /**
   * The maximum number of numbers, names, operators and calls in a formula. It limits the depth of
   * a chain of operators, and so the stack of an evaluation.
   */
  public static final int MOST_PARTS = 1_000;

  private static final int LONGEST = 4_000;

  private static final Set<String> OPERATORS = Set.of("and", "or", "not", "in");

  private static final Set<String> RESERVED =
      Stream.concat(OPERATORS.stream(), Stream.of(Function.values()).map(Function::word))
          .collect(Collectors.toUnmodifiableSet());

  private final String text;
  private final Node root;

  private Formula(String text, Node root) {
    this.text = text;
    this.root = root;
  }

  /**
   * Parses a formula.
   *
   * @throws FormulaException at the first fault
   */
  public static Formula parse(String text) {
    if (text.length() > LONGEST) {
      throw new FormulaException(LONGEST, "a formula has at most %d characters".formatted(LONGEST));
    }
    Formula formula = new Formula(text, Parser.parse(text));
    if (formula.parts() > MOST_PARTS) {
      throw new FormulaException(
          text.length(),
          "a formula has at most %d numbers, names, operators and calls".formatted(MOST_PARTS));
    }
    return formula;
  }

  /**
   * Creates a formula from parts without parsing.
   *
   * @param text the text that represents it
   */
  public static Formula of(String text, Node root) {
    return new Formula(text, root);
  }

  /** Returns true if a word is an operator or a function of formulas. */
  public static boolean isReserved(String word) {
    return RESERVED.contains(word);
  }

  /** Returns true if a word is an operator, so that it cannot be a name without backquotes. */
  public static boolean isOperator(String word) {
    return OPERATORS.contains(word);
  }

  /** The formula as written. */
  public String text() {
    return text;
  }

  /** The parsed formula. */
  public Node root() {
    return root;
  }

  /** The number of numbers, names, operators and calls in the formula. */
  public int parts() {
    return parts(root);
  }

  private static int parts(Node node) {
    int parts = 1;
    for (Node operand : operands(node)) {
      parts += parts(operand);
    }
    return parts;
  }

  /** All names in the formula, from left to right, including repeated ones. */
  public List<Node.Reference> references() {
    List<Node.Reference> references = new ArrayList<>();
    collect(root, references);
    return List.copyOf(references);
  }

  /** The arguments of {@code rate}, from left to right. */
  public List<Node.Reference> rates() {
    List<Node.Reference> rates = new ArrayList<>();
    collectRates(root, rates);
    return List.copyOf(rates);
  }

  private static void collectRates(Node node, List<Node.Reference> rates) {
    if (node instanceof Node.Call call
        && call.function() == Function.RATE
        && call.arguments().get(0) instanceof Node.Reference name) {
      rates.add(name);
    }
    operands(node).forEach(operand -> collectRates(operand, rates));
  }

  private static void collect(Node node, List<Node.Reference> references) {
    if (node instanceof Node.Reference reference) {
      references.add(reference);
    }
    // The second argument of contains is the name of a field, not of a measure.
    boolean ofField = node instanceof Node.Call call && call.function() == Function.CONTAINS;
    List<Node> operands = ofField ? operands(node).subList(0, 1) : operands(node);
    operands.forEach(operand -> collect(operand, references));
  }

  private static List<Node> operands(Node node) {
    if (node instanceof Node.Unary unary) {
      return List.of(unary.operand());
    }
    if (node instanceof Node.Binary binary) {
      return List.of(binary.left(), binary.right());
    }
    if (node instanceof Node.Membership membership) {
      List<Node> operands = new ArrayList<>(List.of(membership.value()));
      operands.addAll(membership.elements());
      return operands;
    }
    return node instanceof Node.Call call ? call.arguments() : List.of();
  }

  /**
   * Compiles the formula.
   *
   * @throws FormulaException if the scope does not know a name, or an operand has a wrong type
   */
  public Expression compile(Scope scope) {
    return new Compiler(scope).compile(root);
  }

  @Override
  public String toString() {
    return text;
  }
}
