"""The API as OpenAPI 3 describes it: shapes of answers, examples, and what each operation may say."""
