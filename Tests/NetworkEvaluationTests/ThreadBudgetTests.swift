import Testing

@testable import NetworkEvaluation

@Suite("Threads of a sweep")
struct ThreadBudgetTests {
  @Test("idle threads are given once, and come back")
  func idle() {
    let budget = ThreadBudget(threads: 4)
    budget.working {
      budget.working {
        #expect(budget.withIdle(atMost: 9) { $0 } == 2)
        budget.withIdle(atMost: 1) { first in
          #expect(first == 1)
          #expect(budget.withIdle(atMost: 9) { $0 } == 1)
        }
      }
      #expect(budget.withIdle(atMost: 9) { $0 } == 3)
      #expect(budget.withIdle(atMost: 0) { $0 } == 0)
    }
    #expect(budget.withIdle(atMost: 9) { $0 } == 4)
  }

  @Test("more points than threads leave none idle")
  func many() {
    let budget = ThreadBudget(threads: 1)
    budget.working {
      budget.working { #expect(budget.withIdle(atMost: 9) { $0 } == 0) }
      #expect(budget.withIdle(atMost: 9) { $0 } == 0)
    }
    #expect(budget.withIdle(atMost: 9) { $0 } == 1)
  }

  @Test("a body that throws gives its threads back")
  func throwing() {
    struct Failure: Error {}
    let budget = ThreadBudget(threads: 3)
    #expect(throws: Failure.self) {
      try budget.working { try budget.withIdle(atMost: 2) { _ in throw Failure() } }
    }
    #expect(budget.withIdle(atMost: 9) { $0 } == 3)
  }
}
