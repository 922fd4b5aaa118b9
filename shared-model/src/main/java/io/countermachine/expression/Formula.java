package io.countermachine.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A formula that was parsed; what its names mean is not known yet. */
public final class Formula {
  /** Bounds the depth of a chain of operators, and so the stack that evaluation takes. */
  private static final int LONGEST = 4_000;

  private static final Set<String> RESERVED =
      Stream.concat(
              Stream.of("and", "or", "not", "in"), Stream.of(Function.values()).map(Function::word))
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
    return new Formula(text, Parser.parse(text));
  }

  /** Whether a word has a meaning in formulas, so that it cannot be a name without backquotes. */
  public static boolean isReserved(String word) {
    return RESERVED.contains(word);
  }

  /** The formula as it was written. */
  public String text() {
    return text;
  }

  /** The parsed formula. */
  public Node root() {
    return root;
  }

  /** All names in the formula, from left to right, repeated ones too. */
  public List<Node.Reference> references() {
    List<Node.Reference> references = new ArrayList<>();
    collect(root, references);
    return List.copyOf(references);
  }

  private static void collect(Node node, List<Node.Reference> references) {
    if (node instanceof Node.Reference reference) {
      references.add(reference);
    } else if (node instanceof Node.Unary unary) {
      collect(unary.operand(), references);
    } else if (node instanceof Node.Binary binary) {
      collect(binary.left(), references);
      collect(binary.right(), references);
    } else if (node instanceof Node.Membership membership) {
      collect(membership.value(), references);
      membership.elements().forEach(element -> collect(element, references));
    } else if (node instanceof Node.Call call) {
      // The second argument of contains is the name of a field, not of a measure.
      List<Node> arguments =
          call.function() == Function.CONTAINS ? call.arguments().subList(0, 1) : call.arguments();
      arguments.forEach(argument -> collect(argument, references));
    }
  }

  /**
   * Makes the formula something that can be evaluated.
   *
   * @throws FormulaException where a name means nothing in the scope, or an operand is of a wrong
   *     type
   */
  public Expression compile(Scope scope) {
    return new Compiler(scope).compile(root);
  }

  @Override
  public String toString() {
    return text;
  }
}
