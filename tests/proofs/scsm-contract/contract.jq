# The contract as its validator can read it: "null or one of these" said with anyOf. OpenAPI 3.0's
# nullable beside allOf or oneOf, without a type, makes a schema that the validator cannot compile,
# and it then passes every body without a word.
walk(if type == "object" and .nullable == true and (has("allOf") or has("oneOf"))
     then {anyOf: ((.allOf // .oneOf) + [{enum: [null]}])} else . end)
