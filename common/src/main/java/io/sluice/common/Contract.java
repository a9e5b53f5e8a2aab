package io.sluice.common;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Tells the compile-time null check what a method's return implies: {@code "false, _ -> fail"}. No effect at run time. */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface Contract {
    /** One underscore for each parameter that does not matter. */
    String value();
}
