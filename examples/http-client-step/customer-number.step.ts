import { Injectable } from '@nestjs/common';
import { completed, invalid, Step, type StepContext, type StepResult, type StepView } from 'nestjs-auth-redirect';
import { HttpClient, HttpClientError } from 'nestjs-auth-redirect/http-client';
import { Matches } from 'class-validator';

class CustomerNumberForm {
  @Matches(/^\d{8}$/, { message: 'Enter the 8 digits of your customer number.' })
  customerNumber!: string;
}

type Customer = { readonly customerNumber: string };

/** Checks with the customer service whether the number belongs to the user. */
@Injectable()
export class CustomerNumberStep extends Step<CustomerNumberForm, Customer> {
  readonly id = 'customer-number';
  readonly form = CustomerNumberForm;
  readonly #customers = new HttpClient({ timeout: 3, allowPrivateAddresses: true });

  view(): StepView {
    return { template: 'customer-number', title: 'Your customer number', model: { label: 'Customer number' } };
  }

  async submit(
    context: StepContext,
    { customerNumber }: CustomerNumberForm,
  ): Promise<StepResult<CustomerNumberForm, Customer>> {
    const isOwner = await this.#isOwner(context, customerNumber);
    if (isOwner === undefined) {
      return invalid<CustomerNumberForm>({}, 'We cannot check the number at the moment. Try again.');
    }
    return isOwner
      ? completed({ customerNumber })
      : invalid<CustomerNumberForm>({ customerNumber: 'This is not your customer number. Check it on an invoice.' });
  }

  /** Returns undefined, and logs the reason, if the customer service fails. */
  async #isOwner({ sessionToken, logger }: StepContext, customerNumber: string): Promise<boolean | undefined> {
    try {
      const response = await this.#customers.send({
        method: 'POST',
        url: `${process.env.CUSTOMER_SERVICE_URL}/ownership`,
        headers: { authorization: `Bearer ${process.env.CUSTOMER_SERVICE_TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({ customerNumber, subject: sessionToken.subject }),
        isRepeatable: true, // the request only reads
      });
      const answer = response.status === 200 ? response.json() : undefined;
      if (typeof answer === 'object' && answer !== null && 'isOwner' in answer) return answer.isOwner === true;
      logger.error(`the customer service answered with status ${response.status}`);
    } catch (error) {
      if (!(error instanceof HttpClientError)) throw error;
      logger.error(`the customer service cannot be used: ${error.message}`);
    }
    return undefined;
  }
}
