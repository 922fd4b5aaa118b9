/** The calls: a request is read and checked, planned, evaluated and answered. */
package io.countermachine.service.web;
