/** The calls: parse a request, validate, plan, evaluate and respond. */
package io.countermachine.service.web;
