package io.countermachine.service.console;

import io.countermachine.service.problem.Overloaded;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.Semaphore;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Holds the console's calls to a number at once: they wait for the broker and the job, with threads
 * that rankers need.
 */
final class ConsoleGate implements HandlerInterceptor {
  private final Semaphore places;

  ConsoleGate(int places) {
    this.places = new Semaphore(places);
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (!places.tryAcquire()) {
      throw new Overloaded("as many of the console's calls as may be are under way; try again");
    }
    return true;
  }

  @Override
  public void afterCompletion(
      HttpServletRequest request, HttpServletResponse response, Object handler, Exception thrown) {
    places.release();
  }
}
